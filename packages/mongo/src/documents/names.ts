import { textAfter } from '@kairos/core';

/** What finds every name: an index is only considered where its first field is asked for. */
export const ANY_NAME = { name: { $gt: '' } };

/** What finds the names that begin with a prefix, by the index: servers compare strings as UTF-8, byte by byte. */
export function namesFrom(prefix: string): {
  readonly name: { readonly $gte: string; readonly $lt?: string };
} {
  const after = textAfter(prefix);
  return { name: after === null ? { $gte: prefix } : { $gte: prefix, $lt: after } };
}
