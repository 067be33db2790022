import { textAfter } from '@kairos/core';

/** A filter that finds every name: servers consider an index only if the filter has its first field. */
export const ANY_NAME = { name: { $gt: '' } };

/** A filter for the names that begin with a prefix, by the index. Servers compare strings as UTF-8, byte by byte. */
export function namesFrom(prefix: string): {
  readonly name: { readonly $gte: string; readonly $lt?: string };
} {
  const after = textAfter(prefix);
  return { name: after === null ? { $gte: prefix } : { $gte: prefix, $lt: after } };
}
