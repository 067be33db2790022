/** An option of a client, by its path; `undefined` if it is not set. The driver's types leave these out. */
export function clientOption(client: object, ...path: readonly string[]): unknown {
  let found: unknown = client;
  for (const key of ['options', ...path]) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** How long a client waits for a node's answer, in milliseconds; `undefined` if it waits for ever. */
export function readTimeoutOf(client: object): number | undefined {
  const profiles = clientOption(client, 'profiles');
  const standard: unknown = Array.isArray(profiles)
    ? profiles.find((profile: unknown) => nameOf(profile) === 'default')
    : undefined;
  const own =
    typeof standard === 'object' && standard !== null ? Reflect.get(standard, 'readTimeout') : undefined;
  const told: unknown = own ?? clientOption(client, 'socketOptions', 'readTimeout');
  return typeof told === 'number' && told > 0 ? told : undefined;
}

function nameOf(profile: unknown): unknown {
  return typeof profile === 'object' && profile !== null ? Reflect.get(profile, 'name') : undefined;
}
