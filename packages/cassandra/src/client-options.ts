/** What a client was told, which the driver's types leave out: the option at a path, `undefined` where there is none. */
export function clientOption(client: object, ...path: readonly string[]): unknown {
  let found: unknown = client;
  for (const key of ['options', ...path]) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
