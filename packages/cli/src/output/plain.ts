/**
 * Converts data to JSON: a Map becomes pairs, a Set an array, and values without a JSON form objects that
 * name their type. `revive` reverses it.
 */
export function plain(data: unknown): unknown {
  if (data instanceof Map) return [...data].map((pair) => pair.map(plain));
  if (data instanceof Set || Array.isArray(data)) return [...data].map(plain);
  if (typeof data === 'bigint') return { bigint: String(data) };
  if (data instanceof Date) return { date: data.toISOString() };
  if (data instanceof Uint8Array) return { bytes: Buffer.from(data).toString('base64') };
  return data ?? null;
}

/** Restores a value from the output of `plain`. */
export function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('bigint' in value) return BigInt(String(value.bigint));
  if ('date' in value) return new Date(String(value.date));
  if ('bytes' in value) return Buffer.from(String(value.bytes), 'base64');
  return value;
}
