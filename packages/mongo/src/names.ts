/** What finds every name: an index is only considered where its first field is asked for. */
export const ANY_NAME = { name: { $gt: '' } };

/** What finds the names that begin with a prefix, by the index: servers compare strings as UTF-8, byte by byte. */
export function namesFrom(prefix: string): {
  readonly name: { readonly $gte: string; readonly $lt?: string };
} {
  const after = successor(prefix);
  return { name: after === null ? { $gte: prefix } : { $gte: prefix, $lt: after } };
}

const LAST_CHARACTER = 0x10_ffff;

/** The least string behind all that begin with a prefix; `null` where there is none. */
function successor(prefix: string): string | null {
  const characters = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (characters.at(-1) === LAST_CHARACTER) characters.pop();
  const last = characters.pop();
  if (last === undefined) return null;
  // UTF-8 has no characters from U+D800 to U+DFFF.
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  return String.fromCodePoint(...characters, next);
}
