import { ConfigurationError, UnknownIntervalError } from '../errors.js';
import { optionError, wholeNumberOption } from '../option.js';
import { type DayLine, dayLine } from '../time/day-line.js';
import type { Interval } from '../time/interval.js';
import { toSeconds } from '../time/timestamp.js';
import { hintAtMinutes, parseUnit, timescale, type UnitOption } from '../time/unit.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import { dataTypes } from '../types/index.js';
import { describeValue } from '../values/value.js';

/** Configuration of one interval. */
export interface IntervalOptions {
  /** Length of each bucket. */
  readonly step: UnitOption;
  /** How many buckets to keep. Default: all. */
  readonly steps?: number;
  /** Finer cut inside each bucket. Default: the step. */
  readonly resolution?: UnitOption;
}

export type IntervalsOptions = { readonly [name: string]: IntervalOptions };

/** The options of a timeseries that every backend takes. */
export interface SchemaOptions<T extends TimeseriesType> {
  readonly type: T;
  readonly intervals: IntervalsOptions;
  readonly timezone?: string | undefined;
  readonly clock?: (() => number) | undefined;
}

/** The configuration of a timeseries, validated and immutable. */
export interface Schema<T extends TimeseriesType = TimeseriesType> {
  readonly type: T;
  readonly dataType: DataType<T>;
  readonly intervals: ReadonlyMap<string, Interval>;
  readonly timezone: string;
  /** Returns Unix seconds: from the machine's clock, unless the user passed another. */
  readonly clock: () => number;
  /** Seconds by which the machine's clock is ahead of the user's; 0 if the user passed none. */
  clockSkew(): number;
}

export function createSchema<T extends TimeseriesType>(options: SchemaOptions<T>): Schema<T> {
  return schemaOf(options, (days) => createIntervals(options.intervals, days));
}

/** A schema without intervals, to look up what is recorded. */
export function openSchema<T extends TimeseriesType>(
  options: Omit<SchemaOptions<T>, 'intervals'>,
): Schema<T> {
  return schemaOf(options, () => new Map());
}

function schemaOf<T extends TimeseriesType>(
  options: Omit<SchemaOptions<T>, 'intervals'>,
  intervalsIn: (days: DayLine) => ReadonlyMap<string, Interval>,
): Schema<T> {
  const { type, clock } = options;
  if (typeof type !== 'string' || !Object.hasOwn(dataTypes, type)) {
    throw optionError('type', type, `one of ${Object.keys(dataTypes).join(', ')}`);
  }
  if (clock !== undefined && typeof clock !== 'function') {
    throw optionError('clock', clock, 'a function that returns Unix seconds');
  }
  const timezone = options.timezone ?? 'UTC';
  if (typeof timezone !== 'string') {
    throw optionError('timezone', timezone, 'the name of an IANA timezone');
  }
  const days = dayLine(timezone);
  const now = clock === undefined ? machineClock : () => toSeconds(clock(), 'clock');
  return {
    type,
    dataType: dataTypes[type],
    intervals: intervalsIn(days),
    timezone: days.timezone,
    clock: now,
    clockSkew: clock === undefined ? () => 0 : () => machineClock() - now(),
  };
}

const machineClock = () => Date.now() / 1000;

function createIntervals(intervals: unknown, days: DayLine): ReadonlyMap<string, Interval> {
  const isObject = typeof intervals === 'object' && intervals !== null && !Array.isArray(intervals);
  if (!isObject || Object.keys(intervals).length === 0) {
    throw new ConfigurationError(
      'Option "intervals" is empty or not an object; expected an object with at least one interval, such as { minute: { step: 60 } }',
    );
  }
  const created = new Map<string, Interval>();
  for (const [name, options] of Object.entries(intervals)) {
    created.set(
      name,
      createInterval(name, options, (unit) => timescale(unit, days)),
    );
  }
  return created;
}

function createInterval(
  name: string,
  options: unknown,
  scaleOf: (unit: ReturnType<typeof parseUnit>) => Interval['step'],
): Interval {
  const path = `intervals.${name}`;
  if (name === '' || !name.isWellFormed()) {
    throw new ConfigurationError(
      `Option "intervals" has the name ${describeValue(name)}; expected non-empty well-formed text`,
    );
  }
  if (typeof options !== 'object' || options === null) {
    throw optionError(path, options, 'an object with a step');
  }
  const unknown = Object.keys(options).find((key) => !['step', 'steps', 'resolution'].includes(key));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `Option "${path}.${unknown}" is unknown; expected step, steps or resolution`,
    );
  }
  const { step, resolution, ...kept }: { step?: unknown; steps?: unknown; resolution?: unknown } = options;
  const steps = wholeNumberOption(`${path}.steps`, kept.steps, null);
  const stepScale = scaleOf(parseUnit(step, `${path}.step`));
  const resolutionUnit =
    resolution === undefined ? stepScale.unit : parseUnit(resolution, `${path}.resolution`);
  const resolutionScale = resolutionUnit === stepScale.unit ? null : scaleOf(resolutionUnit);
  if (resolutionScale !== null && resolutionScale.longest > stepScale.longest) {
    throw new ConfigurationError(
      `Option "${path}.resolution" is ${describeValue(resolution)}, coarser than its step ${describeValue(step)}${hintAtMinutes(resolution)}; expected a finer one`,
    );
  }
  return { name, step: stepScale, resolution: resolutionScale, steps };
}

/** The intervals in the form of the option, with durations in seconds. */
export function intervalsOptions({ intervals }: Schema): IntervalsOptions {
  const entries = [...intervals.values()].map(({ name, step, resolution, steps }) => [
    name,
    {
      step: step.unit,
      ...(resolution === null ? {} : { resolution: resolution.unit }),
      ...(steps === null ? {} : { steps }),
    },
  ]);
  return Object.fromEntries(entries);
}

/** The interval with a name. Throws an `UnknownIntervalError` if there is none. */
export function intervalOf(schema: Schema, name: unknown): Interval {
  const interval = typeof name === 'string' ? schema.intervals.get(name) : undefined;
  if (interval !== undefined) return interval;
  throw new UnknownIntervalError(
    `There is no interval ${describeValue(name)}; expected one of ${[...schema.intervals.keys()].map(describeValue).join(', ')}`,
  );
}
