/** Programs that fast-check generates, as data: how to open a timeseries, and the steps to run on it. */
import fc from 'fast-check';
import { edgeNumbers, injections, malformed, rubbish, withNul } from './corpora.mjs';

const TIMEZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/St_Johns',
  'Antarctica/Troll',
  'America/Sao_Paulo',
  'Asia/Beirut',
];

/**
 * New Year, a leap day, daylight saving changes, the epoch and before it, a day that Apia skipped, the
 * extremes.
 */
const MOMENTS = [
  1_704_085_200,
  1_709_190_000,
  1_710_064_800,
  1_698_541_200,
  951_782_400,
  0,
  -1,
  -86_400 * 400,
  1_325_203_200,
  2_147_483_647,
  4_102_444_800,
  32_503_680_000,
  -2_208_988_800,
  253_300_000_000,
  -62_000_000_000,
];

const FIXED = [1, 7, 60, 90, 3600, '1h', '12h', 86_400, '1d', '1w', '2w', '1mo', '6m', '1y'];
const CALENDAR = ['hourly', 'daily', 'weekly', 'isoWeekly', 'monthly', 'quarterly', 'yearly'];
const BAD_UNITS = [0, -60, 1.5, Number.NaN, 'fortnightly', '5', '', null, '1e3s', '0d'];

/** Approximate length of each unit, to limit ranges to a few hundred buckets. */
const LENGTHS = {
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  isoWeekly: 604_800,
  monthly: 2_592_000,
  quarterly: 7_776_000,
  yearly: 31_536_000,
};
const LETTERS = { s: 1, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000, m: 2_592_000, y: 31_536_000 };

export function lengthOf(unit) {
  if (typeof unit === 'number') return unit;
  const [, count, letter] = /^(\d+)([a-z]+)$/.exec(unit) ?? [];
  return LENGTHS[unit] ?? Number(count) * (LETTERS[letter] ?? 1);
}

const rarely = (usual, odd, weight = 30) =>
  fc.oneof({ arbitrary: usual, weight }, { arbitrary: odd, weight: 1 });

const unit = fc.oneof(fc.constantFrom(...FIXED), fc.constantFrom(...CALENDAR));
const intervalName = rarely(
  fc.constantFrom('minute', 'a:b', "it's", 'é', '%', '{x}', 'a/b', '$a.b', '0'),
  fc.constantFrom('__proto__', '', '\0', 'x'.repeat(200)),
  40,
);

/**
 * An interval. `native` stores count retention by their own clock, so short steps keep everything: otherwise
 * data could expire during a slow program.
 */
const interval = (native) =>
  fc
    .record({
      step: rarely(unit, fc.constantFrom(...BAD_UNITS), 60),
      resolution: fc.option(unit, { nil: undefined, freq: 2 }),
      steps: fc.option(rarely(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, -1, 1.5, Number.NaN), 40), {
        nil: undefined,
        freq: 2,
      }),
    })
    .map(({ step, resolution, steps }) => {
      const finer = resolution !== undefined && lengthOf(resolution) < lengthOf(step);
      const slow = native && steps > 0 && lengthOf(step) < 86_400;
      return {
        step,
        ...(finer ? { resolution } : {}),
        ...(steps === undefined || slow ? {} : { steps }),
      };
    });

const anyText = fc.oneof(
  { arbitrary: fc.constantFrom(...injections), weight: 8 },
  { arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), weight: 3 },
  { arbitrary: fc.string({ minLength: 1, maxLength: 300 }), weight: 1 },
  { arbitrary: fc.constantFrom(...withNul), weight: 1 },
);

const names = fc.uniqueArray(anyText, { minLength: 1, maxLength: 4 });

const number = fc.oneof(
  { arbitrary: fc.integer({ min: -8, max: 8 }).map((half) => half / 2), weight: 4 },
  { arbitrary: fc.constantFrom(...edgeNumbers), weight: 1 },
  { arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }), weight: 1 },
);

/** Amounts whose sums are exact. */
const amount = (fractions) => fc.integer({ min: -9, max: 20 }).map((half) => (fractions ? half / 2 : half));

function valueArbitrary({ type, kind, fractions }) {
  if (type === 'count')
    return rarely(amount(fractions), fc.constantFrom(...rubbish, '1', Number.POSITIVE_INFINITY), 60);
  const usual = { float: number, text: anyText, any: fc.oneof(number, anyText) }[kind];
  return rarely(usual, fc.constantFrom(...rubbish, ...malformed, '1', 1), 60);
}

/** An index into the program's names. Sometimes a name that is never written, or an invalid one. */
const whichName = rarely(fc.nat(3), fc.constantFrom('never written', '', ...malformed, null), 40);
const whichNames = fc.oneof(
  { arbitrary: whichName, weight: 3 },
  { arbitrary: fc.array(whichName, { maxLength: 3 }), weight: 1 },
);
const whichInterval = rarely(fc.nat(2), fc.constantFrom('never opened', '__proto__', ''), 40);

/** Seconds from the program's clock, sometimes a fraction, a `Date`, or no timestamp. */
const moment = fc.oneof(
  { arbitrary: fc.integer({ min: -400, max: 100 }).map((seconds) => ({ near: seconds })), weight: 6 },
  { arbitrary: fc.integer({ min: -400, max: 100 }).map((steps) => ({ steps })), weight: 3 },
  {
    arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((seconds) => ({ near: seconds })),
    weight: 2,
  },
  { arbitrary: fc.integer({ min: -100_000, max: 1000 }).map((seconds) => ({ date: seconds })), weight: 1 },
  { arbitrary: fc.constantFrom(undefined, null), weight: 2 },
);
const oddMoment = fc.constantFrom(...rubbish, 8.64e15, -8.64e15, 253_402_300_800, '2024-01-01', 1e300);
const timestamp = rarely(
  moment,
  oddMoment.map((odd) => ({ odd })),
  40,
);

const copies = rarely(
  fc.constantFrom(0, 0, 0, undefined, 1, -1, 3, -5),
  fc.constantFrom(1.5, Number.NaN, '1', 1e9),
  60,
);

const TRANSFORMS = [
  'mean',
  'count',
  'min',
  'max',
  'sum',
  'rate',
  'median',
  'p0',
  'p95',
  'p99.9',
  'p100',
  'stddev',
  'distinct',
];
const transform = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 18 },
  { arbitrary: fc.constantFrom(...TRANSFORMS), weight: 9 },
  { arbitrary: fc.subarray(TRANSFORMS, { minLength: 1 }), weight: 3 },
  { arbitrary: fc.constantFrom('p101', 'nope', '__proto__', 'p', 'p-1'), weight: 1 },
);
const flag = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 3 },
  { arbitrary: fc.boolean(), weight: 3 },
);

/** A range covers at most some hundreds of buckets of the interval, or it is long and added up. */
const range = fc.record({
  from: fc.integer({ min: -300, max: 50 }),
  buckets: fc.integer({ min: -2, max: 120 }),
  as: fc.constantFrom('start, end', 'start, steps', 'end, steps', 'steps', 'end', 'none'),
});

function stepsOf(config) {
  const value = valueArbitrary(config);
  const values = fc.array(value, { minLength: 1, maxLength: 3 });
  const insert = fc.record({
    do: fc.constant('insert'),
    name: whichName,
    values,
    timestamp,
    copies,
    combine: fc.boolean(),
  });
  const several = fc.record({
    do: fc.constant('atOnce'),
    inserts: fc.array(fc.record({ name: whichName, values, timestamp, copies }), {
      minLength: 2,
      maxLength: 6,
    }),
  });
  const bulk = fc.record({
    do: fc.constant('bulkInsert'),
    inserts: fc.array(fc.record({ name: whichName, values, timestamp }), { maxLength: 8 }),
    copies,
    combine: fc.boolean(),
  });
  const read = { names: whichNames, interval: whichInterval, condense: flag, transform };
  return fc.oneof(
    { arbitrary: insert, weight: 8 },
    { arbitrary: several, weight: 3 },
    { arbitrary: bulk, weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('get'), ...read, timestamp }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('series'), ...read, range, collapse: flag }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant('seriesByName'), ...read, range, collapse: flag }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constant('iterate'), ...read }), weight: 2 },
    {
      arbitrary: fc.record({
        do: fc.constant('list'),
        prefix: fc.oneof(fc.constant(undefined), anyText, fc.nat(3), fc.constantFrom(...malformed, 1)),
      }),
      weight: 2,
    },
    { arbitrary: fc.record({ do: fc.constant('properties'), name: whichName }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('delete'), name: whichName }), weight: 2 },
    {
      arbitrary: fc.record({ do: fc.constant('expire'), name: fc.oneof(fc.constant(undefined), whichName) }),
      weight: 2,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('clock'),
        by: fc.oneof(
          fc.integer({ min: -200, max: 3000 }),
          fc.integer({ min: 0, max: 90 }).map((days) => days * 86_400),
        ),
      }),
      weight: 2,
    },
    { arbitrary: fc.constant({ do: 'reopen' }), weight: 1 },
  );
}

/**
 * Programs for a store. `kinds` are the kinds of its values (`float`, `text`, or `any`); `fractions`: whether
 * counts may have them; `native`: whether the store itself expires data; `most`: the maximum number of steps.
 */
export function programs({ kinds, fractions, native, most }) {
  const config = fc.record({
    type: fc.constantFrom('series', 'histogram', 'count', 'gauge', 'set'),
    kind: fc.constantFrom(...kinds),
    timezone: rarely(fc.constantFrom(...TIMEZONES), fc.constantFrom('Mars/Phobos', '', 5, '+02:00'), 60),
    intervals: fc.array(fc.tuple(intervalName, interval(native)), { minLength: 1, maxLength: 3 }),
    clock: fc
      .tuple(fc.constantFrom(...MOMENTS), fc.integer({ min: -90_000, max: 90_000 }))
      .map(([at, by]) => at + by),
    names,
  });
  // A count needs numbers, whatever values other types have.
  const fitting = config.map((made) => (made.type === 'count' ? { ...made, kind: kinds[0] } : made));
  return fitting.chain((made) =>
    fc.record({
      config: fc.constant(made),
      steps: fc.array(stepsOf({ ...made, fractions }), { minLength: 3, maxLength: most, size: 'max' }),
    }),
  );
}
