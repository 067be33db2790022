const LAST = 0x10ffff;

/**
 * The smallest text after all texts that begin with a prefix, compared code point by code point (the byte order of
 * UTF-8); `null` if there is none. For adapters that look up names by a range of an index.
 *
 * @example
 * ```ts
 * textAfter('http.'); // 'http/'
 * ```
 */
export function textAfter(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? LAST);
  for (let point = points.pop(); point !== undefined; point = points.pop()) {
    // Between these two code points are surrogates, which well-formed text does not contain.
    if (point < LAST) return String.fromCodePoint(...points, point === 0xd7ff ? 0xe000 : point + 1);
  }
  return null;
}
