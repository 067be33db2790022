/** Returns `it`, or `it.skip` if a variable turns a store's tests off, such as TEST_REDIS=false. */
export function testUnless(variable: string): typeof it.skip {
  return process.env[variable] === 'false' ? it.skip : it;
}
