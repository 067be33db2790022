import { aggregations, averageOf } from '../aggregations.js';
import { formatNumber } from '../format-number.js';
import { durationAt, present, regularGrid, type Series, type Values } from '../series.js';
import type { FunctionDefinition } from './definition.js';
import { SERIES_LIST } from './parameter.js';

/** The series with new values, named after the call. */
function made(series: Series, name: string, values: Values): Series {
  return { ...series, name, path: name, values };
}

/** Rounds a rate to six decimals, as Graphite does. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}

export const scale: FunctionDefinition = {
  name: 'scale',
  group: 'Transform',
  description: 'Multiplies every value by a factor.',
  params: [SERIES_LIST, { name: 'factor', type: 'float', required: true }],
  evaluate: (args) => {
    const factor = args.number('factor');
    return args.series('seriesList').map((series) =>
      made(
        series,
        `scale(${series.name},${formatNumber(factor)})`,
        series.values.map((value) => (value === null ? null : value * factor)),
      ),
    );
  },
};

export const scaleToSeconds: FunctionDefinition = {
  name: 'scaleToSeconds',
  group: 'Transform',
  description: 'What the values would be if each bucket had so many seconds.',
  params: [SERIES_LIST, { name: 'seconds', type: 'float', required: true }],
  evaluate: (args) => {
    const seconds = args.number('seconds');
    const shown = Number.isInteger(seconds) ? String(seconds) : formatNumber(seconds);
    return args.series('seriesList').map((series) =>
      made(
        series,
        `scaleToSeconds(${series.name},${shown})`,
        series.values.map((value, at) =>
          value === null ? null : rounded((value * seconds) / durationAt(series.grid, at)),
        ),
      ),
    );
  },
};

export const derivative: FunctionDefinition = {
  name: 'derivative',
  group: 'Transform',
  description: 'The difference of each value to the one before it.',
  params: [SERIES_LIST],
  evaluate: (args) =>
    args.series('seriesList').map((series) =>
      made(
        series,
        `derivative(${series.name})`,
        differences(series.values, (value, previous) => value - previous),
      ),
    ),
};

export const perSecond: FunctionDefinition = {
  name: 'perSecond',
  group: 'Transform',
  description:
    'How much a total grows per second. Where it shrank there is no value, unless maxValue says at which value it starts again, from minValue or 0.',
  params: [SERIES_LIST, { name: 'maxValue', type: 'float' }, { name: 'minValue', type: 'float' }],
  evaluate: (args) => {
    const [most, least] = [args.optionalNumber('maxValue'), args.optionalNumber('minValue')];
    const within = (value: number | null) =>
      value === null || value > (most ?? Infinity) || value < (least ?? -Infinity) ? null : value;
    return args.series('seriesList').map((series) => {
      const { times } = series.grid;
      const rates = differences(series.values.map(within), (value, previous, at) => {
        const growth = grown(value, previous, most, least);
        const seconds = (times[at] ?? 0) - (times[at - 1] ?? 0);
        return growth === null ? null : rounded(growth / seconds);
      });
      return made(series, `perSecond(${series.name})`, rates);
    });
  },
};

function differences(
  values: Values,
  difference: (value: number, previous: number, at: number) => number | null,
): Values {
  return values.map((value, at) => {
    const previous = values[at - 1] ?? null;
    return value === null || previous === null ? null : difference(value, previous, at);
  });
}

/** The growth of a counter that may have restarted. */
function grown(value: number, previous: number, most?: number, least?: number): number | null {
  if (value >= previous) return value - previous;
  if (most !== undefined) return most - previous + (value - (least ?? 0)) + 1;
  return least === undefined ? null : value - least;
}

export const keepLastValue: FunctionDefinition = {
  name: 'keepLastValue',
  group: 'Transform',
  description: 'Fills gaps with the value before them, unless they are longer than limit.',
  params: [SERIES_LIST, { name: 'limit', type: 'intOrInf' }],
  evaluate: (args) => {
    const limit = args.optionalNumber('limit') ?? Infinity;
    return args
      .series('seriesList')
      .map((series) => made(series, `keepLastValue(${series.name})`, withoutGaps(series.values, limit)));
  },
};

function withoutGaps(values: Values, limit: number): Values {
  const filled = [...values];
  let last = -1;
  for (let at = 0; at <= filled.length; at++) {
    if (at < filled.length && values[at] === null) continue;
    const gap = at - last - 1;
    if (last >= 0 && gap > 0 && gap <= limit) filled.fill(values[last] ?? null, last + 1, at);
    last = at;
  }
  return filled;
}

export const summarize: FunctionDefinition = {
  name: 'summarize',
  group: 'Transform',
  description:
    'Makes one value of all within each interval: their sum, or what func says. Intervals count from the epoch, or with alignToFrom from the first point.',
  params: [
    SERIES_LIST,
    { name: 'intervalString', type: 'interval', required: true, suggestions: ['10min', '1h', '1d'] },
    { name: 'func', type: 'aggFunc', default: 'sum', options: [...aggregations.keys()] },
    { name: 'alignToFrom', type: 'boolean', default: false },
  ],
  step: (args) => args.seconds('intervalString'),
  evaluate: (args) => {
    const [func, aligned] = [args.text('func'), args.flag('alignToFrom')];
    const given = args.series('seriesList');
    const suffix = `, "${args.text('intervalString')}", "${func}"${aligned ? ', true' : ''})`;
    const summary = {
      seconds: args.seconds('intervalString'),
      aggregate: aggregations.get(func) ?? averageOf,
      aligned,
      most: Math.floor(MOST_INTERVALS / given.length),
      refuse: (problem: string) => args.refuse(problem),
    };
    return given.map((series) => summarized(series, `summarize(${series.name}${suffix}`, summary));
  },
};

/** The most intervals that all series of a call may be summarized into. */
const MOST_INTERVALS = 2 ** 20;

interface Summary {
  readonly seconds: number;
  readonly aggregate: (values: Values) => number | null;
  readonly aligned: boolean;
  /** Maximum number of intervals. */
  readonly most: number;
  readonly refuse: (problem: string) => never;
}

function summarized(
  series: Series,
  name: string,
  { seconds, aggregate, aligned, most, refuse }: Summary,
): Series {
  const { times, step } = series.grid;
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return made(series, name, []);
  const end = last + step;
  const start = aligned ? first : Math.floor(first / seconds) * seconds;
  const count = aligned
    ? Math.ceil((end - start) / seconds)
    : Math.floor(end / seconds) - start / seconds + 1;
  if (count > most) return refuse(`makes ${count} intervals of a series; expected at most ${most}`);
  const within: (number | null)[][] = Array.from({ length: count }, () => []);
  for (const [at, time] of times.entries()) {
    within[Math.floor((time - start) / seconds)]?.push(series.values[at] ?? null);
  }
  const values = within.map((each) => (present(each).length === 0 ? null : aggregate(each)));
  return { ...made(series, name, values), grid: regularGrid(start, seconds, count) };
}
