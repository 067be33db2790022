/** The most steps that a search may take in the worst case, over all names: about a second's worth. */
const MOST_STEPS = 1e8;

/**
 * Compiles a regular expression and a replacement, both in Python's notation (`\1`, `\g<name>`,
 * `(?P<name>…)`), into a function of names. Refuses patterns that could take very long: those that repeat a
 * group or refer back to one, and those with too many repeats or choices for the length of the names.
 *
 * @example
 * ```ts
 * compileSearch('(^.*$)', '\\1 A', refuse)('hits.home'); // 'hits.home A'
 * ```
 */
export function compileSearch(
  search: string,
  replace: string,
  refuse: (problem: string) => never,
): (name: string) => string {
  const cost = costOf(search);
  if (typeof cost === 'string') return refuse(`has a pattern that ${cost}: ${JSON.stringify(search)}`);
  const pattern = patternOf(search, refuse);
  let steps = 0;
  return (name) => {
    steps += cost(name.length);
    if (steps > MOST_STEPS) {
      return refuse(
        `has a pattern with too many repeats or choices for names as long as these: ${JSON.stringify(search)}`,
      );
    }
    return name.replaceAll(pattern, (...found) => filledIn(replace, found));
  };
}

/** The replacement, with its groups filled in. */
function filledIn(replace: string, found: readonly unknown[]): string {
  const named = found.at(-1);
  return replace.replaceAll(/\\(?:(\d{1,2})|g<(\w+)>|(\\))/g, (_, index, name, backslash) => {
    if (backslash !== undefined) return '\\';
    const key: string = index ?? name;
    if (/^\d+$/.test(key)) return String(found[Number(key)] ?? '');
    return typeof named === 'object' && named !== null ? String(Reflect.get(named, key) ?? '') : '';
  });
}

function patternOf(search: string, refuse: (problem: string) => never): RegExp {
  try {
    return new RegExp(search.replaceAll('(?P<', '(?<'), 'g');
  } catch (error) {
    return refuse(`has an invalid regular expression: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Returns the steps of a pattern's slowest search by the number of characters, or the reason why they are
 * unbounded.
 */
function costOf(search: string): ((length: number) => number) | string {
  const plain = search
    .replaceAll(/\\\D/g, 'x')
    .replaceAll(/\[\^?\]?[^\]]*\]/g, 'x')
    .replaceAll(/\(\?(?:P?<\w+>|[:=!]|<[=!])/g, '(');
  if (/\\\d|\(\?P=/.test(plain)) return 'refers back to a group';
  if (/\)(?:[*+]|\{)/.test(plain)) return 'repeats a group';
  const repeats = (plain.match(/[*+]|\{[\d,]+\}/g) ?? []).length;
  const choices = (plain.match(/[|?]/g) ?? []).length;
  const anchored = /^\(*\^/.test(plain) && !plain.includes('|');
  return (length) => {
    let steps = 2 ** choices * (anchored ? 1 : length + 1);
    for (let each = 1; each <= repeats; each++) steps *= (length + each) / each;
    return steps;
  };
}
