import type { StorageAdapter } from '../adapter.js';
import { ConfigurationError, StorageError } from '../errors.js';
import type { TimeUnit } from '../time/timescale.js';
import { isSameZone } from '../time/zone-names.js';
import type { IntervalOptions, IntervalsOptions, Schema } from './schema.js';

/**
 * An interval as recorded with the data: how it cuts time, which later configurations must match, and how
 * many buckets to keep, which the last opening decides.
 */
type RecordedInterval = readonly [
  name: string,
  step: TimeUnit,
  resolution: TimeUnit | null,
  timezone: string,
  steps: number | null,
];

/**
 * Records the intervals with the data, or checks them against the record. Intervals of other names are kept and added
 * to. One of the same name that cuts time differently is an error, unless the change is allowed.
 */
export async function agreeOnRecord(
  adapter: StorageAdapter,
  schema: Schema,
  allowSchemaChange: boolean,
): Promise<void> {
  // Each lost race means that another process recorded its intervals, and their number is limited.
  for (let attempt = 0; attempt < 100; attempt++) {
    const recorded = await adapter.readRecord();
    const agreed = reconcile(recorded, schema, allowSchemaChange);
    if (agreed === recorded || (await adapter.writeRecord(agreed, recorded))) return;
  }
  throw new StorageError('The record of the intervals kept changing while the timeseries was opened');
}

/** The record that contains both the recorded intervals and the schema's. Throws if they disagree. */
export function reconcile(recorded: string | null, schema: Schema, allowSchemaChange: boolean): string {
  const agreed = new Map<string, RecordedInterval>();
  for (const entry of recorded === null ? [] : parseRecord(recorded)) agreed.set(entry[0], entry);
  for (const { name, step, resolution, steps } of schema.intervals.values()) {
    const wanted: RecordedInterval = [name, step.unit, resolution?.unit ?? null, schema.timezone, steps];
    const existing = agreed.get(name);
    // If only the name of the timezone differs, the recorded name stays.
    if (existing !== undefined && isSameCut(existing, wanted)) {
      const [, unit, finer, timezone] = existing;
      agreed.set(name, [name, unit, finer, timezone, steps]);
      continue;
    }
    if (existing !== undefined && !allowSchemaChange) {
      throw new ConfigurationError(
        `Option "intervals.${name}" is ${show(wanted)}, but its data was written with ${show(existing)}; expected the same, or a new name for the interval, or allowSchemaChange: true`,
      );
    }
    agreed.set(name, wanted);
  }
  return JSON.stringify([...agreed.values()].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything in either of two records. Where they differ, the first wins. */
export function uniteRecords(first: string, second: string): string {
  const united = new Map([...parseRecord(second), ...parseRecord(first)].map((entry) => [entry[0], entry]));
  return JSON.stringify([...united.values()].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The recorded configuration, as options of a timeseries. */
export interface Recorded {
  readonly intervals: IntervalsOptions;
  readonly timezone: string;
}

/**
 * The recorded intervals, or those of one timezone if it is given. Throws a `ConfigurationError` if there are none, or
 * if they have several timezones and none is given.
 */
export function recordedOptions(recorded: string | null, timezone: string | undefined): Recorded {
  const entries = recorded === null ? [] : parseRecord(recorded);
  const timezones: string[] = [];
  for (const [, , , each] of entries) {
    if (!timezones.some((known) => isSameZone(known, each))) timezones.push(each);
  }
  const [zone, ...others] = timezones;
  if (zone === undefined) throw nothingRecorded();
  if (timezone === undefined && others.length > 0) {
    throw new ConfigurationError(
      `Option "timezone" is left out, but the recorded intervals have the timezone ${timezones.join(', ')}; expected one of them`,
    );
  }
  const wanted = timezone ?? zone;
  const found = entries.filter(([, , , each]) => isSameZone(each, wanted));
  if (found.length === 0) {
    throw new ConfigurationError(
      `Option "timezone" is "${wanted}", but the recorded intervals have the timezone ${timezones.join(', ')}; expected one of them`,
    );
  }
  const intervals = found.map(([name, step, resolution, , steps]): [string, IntervalOptions] => [
    name,
    { step, ...(resolution === null ? {} : { resolution }), ...(steps === null ? {} : { steps }) },
  ]);
  return { intervals: Object.fromEntries(intervals), timezone: wanted };
}

/** Marks the error, also for another copy of `@kairos/core` in the same process. */
const nothingIsRecorded = Symbol.for('@kairos/core/nothing-recorded');

/**
 * The error of opening without `intervals` when nothing is recorded. `where` names the missing thing: `'the
 * file hits.db'`.
 */
export function nothingRecorded(where = 'a timeseries of this type'): ConfigurationError {
  const error = new ConfigurationError(
    `Option "intervals" is left out, and ${where} does not exist; expected the intervals, or a timeseries whose intervals are recorded`,
  );
  return Object.defineProperty(error, nothingIsRecorded, { value: true });
}

/** Whether opening without `intervals` failed because nothing is recorded there. */
export function isNothingRecorded(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && Reflect.get(error, nothingIsRecorded) === true;
}

function parseRecord(text: string): readonly RecordedInterval[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every(isRecordedInterval)) return parsed;
  } catch {
    // Reported below, like any other text that is not a record.
  }
  throw new StorageError(`The record of the intervals cannot be read: ${text.slice(0, 200)}`);
}

function isRecordedInterval(entry: unknown): entry is RecordedInterval {
  return (
    Array.isArray(entry) && entry.length === 5 && typeof entry[0] === 'string' && typeof entry[3] === 'string'
  );
}

function isSameCut(one: RecordedInterval, other: RecordedInterval): boolean {
  const [, step, resolution, timezone] = one;
  return step === other[1] && resolution === other[2] && isSameZone(timezone, other[3]);
}

function show([, step, resolution, timezone]: RecordedInterval): string {
  const shown = resolution === null ? { step, timezone } : { step, resolution, timezone };
  return JSON.stringify(shown);
}
