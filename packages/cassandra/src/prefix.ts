const LAST = 0x10ffff;

/** The first text beyond all that begin with a prefix, in the order of code points, as Cassandra orders text; or none. */
export function endOfPrefix(prefix: string): [end: string] | [] {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? LAST);
  for (let point = points.pop(); point !== undefined; point = points.pop()) {
    // No text holds half a pair by itself.
    if (point < LAST) return [String.fromCodePoint(...points, point === 0xd7ff ? 0xe000 : point + 1)];
  }
  return [];
}
