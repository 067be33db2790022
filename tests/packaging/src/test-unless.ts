/** `it`, or `it.skip` where a variable says that a store is to be left out: TEST_REDIS=false, for instance. */
export function testUnless(variable: string): typeof it.skip {
  return process.env[variable] === 'false' ? it.skip : it;
}
