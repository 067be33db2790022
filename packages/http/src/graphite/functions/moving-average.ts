import { formatNumber } from '../format-number.js';
import type { Series, Values } from '../series.js';
import { offsetSeconds } from '../time.js';
import type { FunctionDefinition } from './definition.js';
import { SERIES_LIST } from './parameter.js';

export const movingAverage: FunctionDefinition = {
  name: 'movingAverage',
  group: 'Calculate',
  description:
    'The average of so many points before each, or of the points in an interval before it. xFilesFactor is the part of them that has to be there.',
  params: [
    SERIES_LIST,
    {
      name: 'windowSize',
      type: 'intOrInterval',
      required: true,
      suggestions: [5, 7, 10, '1min', '5min', '10min', '30min', '1hour'],
    },
    { name: 'xFilesFactor', type: 'float' },
  ],
  lookback: (args, step) => {
    const window = args.pointsOrInterval('windowSize');
    return typeof window === 'number' ? window * step : (offsetSeconds(window) ?? 0);
  },
  evaluate: (args) => {
    const window = args.pointsOrInterval('windowSize');
    const shown = typeof window === 'number' ? formatNumber(window) : `"${window}"`;
    const part = args.optionalNumber('xFilesFactor') ?? 0;
    return args.series('seriesList').map((series) => {
      const { step } = series.grid;
      const seconds = typeof window === 'number' ? window * step : (offsetSeconds(window) ?? 0);
      const name = `movingAverage(${series.name},${shown})`;
      return averaged(series, name, { seconds, points: Math.floor(seconds / step), part });
    });
  },
};

interface Window {
  /** How many seconds before the range the series begins. */
  readonly seconds: number;
  readonly points: number;
  readonly part: number;
}

function averaged(series: Series, name: string, { seconds, points, part }: Window): Series {
  const { times, step, regular } = series.grid;
  const from = (times[0] ?? 0) + seconds - (regular ? 0 : step / 2);
  const first = times.findIndex((time) => time >= from);
  if (first < 0) return { ...series, name, path: name, grid: { ...series.grid, times: [] }, values: [] };
  const sums = new WindowSums(series.values, Math.max(1, points));
  const values = times.slice(first).map((_, offset) => {
    const { sum, count } = sums.before(first + offset);
    return points > 0 && count > 0 && count / points >= part ? sum / count : null;
  });
  return { ...series, name, path: name, grid: { ...series.grid, times: times.slice(first) }, values };
}

interface Sum {
  readonly sum: number;
  /** The number of values that are not `null`. */
  readonly count: number;
}

const NOTHING: Sum = { sum: 0, count: 0 };

function add(one: Sum, other: Sum): Sum {
  return { sum: one.sum + other.sum, count: one.count + other.count };
}

/**
 * The sums of all windows of a length, in time that does not depend on the length. It divides the values into
 * blocks as long as a window, so that each window is the end of one block and the beginning of the next. It
 * never subtracts: subtracting a large value would not restore the digits that small values lost beside it.
 */
class WindowSums {
  readonly #length: number;
  readonly #fromBlockStart: Sum[] = [];
  readonly #toBlockEnd: Sum[] = [];

  constructor(values: Values, length: number) {
    this.#length = length;
    const each = values.map((value) => (value === null ? NOTHING : { sum: value, count: 1 }));
    for (const [at, value] of each.entries()) {
      const before = at % length === 0 ? NOTHING : this.#fromBlockStart[at - 1];
      this.#fromBlockStart.push(add(before ?? NOTHING, value));
    }
    for (let at = each.length - 1; at >= 0; at--) {
      const after = (at + 1) % length === 0 ? NOTHING : this.#toBlockEnd[at + 1];
      this.#toBlockEnd[at] = add(each[at] ?? NOTHING, after ?? NOTHING);
    }
  }

  /** The sum of the values before a position: as many as the window holds, or fewer at the start. */
  before(at: number): Sum {
    if (at <= 0) return NOTHING;
    const start = Math.max(0, at - this.#length);
    const end = this.#fromBlockStart[at - 1] ?? NOTHING;
    return start % this.#length === 0 ? end : add(this.#toBlockEnd[start] ?? NOTHING, end);
  }
}
