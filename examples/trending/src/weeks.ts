const DAY = 86_400;
const FIRST = Date.parse('2001-01-01') / 1000;
const LAST = Date.parse('2001-03-31') / 1000;

/** Up to seven days, in Unix seconds. `end` is exclusive. */
export interface Week {
  readonly start: number;
  readonly end: number;
}

/** The weeks of the first quarter of 2001, from 1 January on. The last one is the remainder of March. */
export function* weeks(): Generator<Week> {
  const quarterEnd = LAST + DAY;
  for (let start = FIRST; start < quarterEnd; start += 7 * DAY) {
    yield { start, end: Math.min(start + 7 * DAY, quarterEnd) };
  }
}
