const LAST = 0x10ffff;

/**
 * The least text after all that begin with a prefix, code point by code point, as UTF-8 is ordered byte by byte; `null`
 * where there is none. For adapters that look names up by a range of an index.
 *
 * @example
 * ```ts
 * textAfter('http.'); // 'http/'
 * ```
 */
export function textAfter(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? LAST);
  for (let point = points.pop(); point !== undefined; point = points.pop()) {
    // Between these two are halves of pairs, which no text has alone.
    if (point < LAST) return String.fromCodePoint(...points, point === 0xd7ff ? 0xe000 : point + 1);
  }
  return null;
}
