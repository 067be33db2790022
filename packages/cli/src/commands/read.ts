import type { RangeOptions, TransformName } from '@kairos/core';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.js';
import type { Row, Table } from '../output/table.js';
import { parseTime } from '../parse-time.js';
import type { OpenTimeseries } from '../timeseries/open.js';

/** The flags of a read, for `series` and `watch`. */
export interface ReadFlags {
  readonly interval: string;
  readonly start?: string;
  readonly end?: string;
  readonly steps?: string;
  readonly condense?: boolean;
  readonly collapse?: boolean;
  readonly transform?: string;
  readonly byName?: boolean;
}

export function addReadFlags(command: Command): Command {
  return command
    .requiredOption('-i, --interval <name>', 'the interval to read')
    .option('-s, --start <time>', 'a time in the first bucket: 2024-03-01, Unix seconds, -7d, yesterday')
    .option('-e, --end <time>', 'a time in the last bucket')
    .option('-n, --steps <count>', 'how many buckets, unless you give both start and end')
    .option('--condense', 'add up the resolutions of each bucket')
    .option('--collapse', 'add up all buckets')
    .option(
      '-T, --transform <names>',
      'mean, count, min, max, sum, rate, median, p95, stddev, distinct; a,b for both',
    )
    .option('--by-name', 'show several names apart instead of joining them');
}

/** Reads what the flags select and arranges it as a table. */
export async function readTable(
  timeseries: OpenTimeseries,
  names: readonly string[],
  flags: ReadFlags,
  otherwise?: TransformName,
): Promise<Table> {
  const { timezone } = timeseries;
  const given = transformsOf(flags.transform);
  const transforms = given.length === 0 && otherwise !== undefined ? [otherwise] : given;
  const range = await rangeOf(timeseries, names, flags);
  const options = {
    ...range,
    condense: flags.condense ?? false,
    collapse: flags.collapse ?? false,
    ...(transforms.length === 0 ? {} : { transform: transforms }),
  };
  const { interval } = flags;
  const read: [string | null, ReadonlyMap<number, unknown>][] =
    flags.byName === true
      ? [...(await timeseries.seriesByName(names, interval, options))]
      : [[null, await timeseries.series(names, interval, options)]];
  const resolved = timeseries.intervals[flags.interval]?.resolution !== undefined;
  const nested = resolved && !options.condense && !options.collapse;
  return tableOf(read, { transforms, nested, timezone });
}

function transformsOf(text: string | undefined): TransformName[] {
  const names = text?.split(',').map((name) => name.trim()) ?? [];
  // Core checks the names and reports unknown ones.
  return names.filter((name): name is TransformName => name !== '');
}

/** The range of the flags. Default: what the interval keeps, or all data if it keeps everything. */
async function rangeOf(
  timeseries: OpenTimeseries,
  names: readonly string[],
  { interval, start, end, steps }: ReadFlags,
): Promise<RangeOptions> {
  const { timezone } = timeseries;
  const range = {
    ...(start === undefined ? {} : { start: parseTime(start, { option: 'start', timezone }) }),
    ...(end === undefined ? {} : { end: parseTime(end, { option: 'end', timezone }) }),
    ...(steps === undefined ? {} : { steps: wholeNumber(steps) }),
  };
  if (steps !== undefined || (start !== undefined && end !== undefined)) return range;
  // With a start only, reads up to now. With an end only, reads from the first data on.
  if (start !== undefined) return { ...range, end: Math.max(Date.now() / 1000, range.start ?? 0) };
  const kept = timeseries.intervals[interval]?.steps;
  if (kept !== undefined) return range;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const name of names) {
    const bounds = (await timeseries.properties(name))[interval];
    first = Math.min(first, bounds?.first ?? first);
    last = Math.max(last, bounds?.last ?? last);
  }
  const until = range.end ?? last;
  return first > until ? range : { start: first, end: until };
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`Option --steps is "${text}"; expected a positive whole number`);
}

interface Layout {
  readonly transforms: readonly string[];
  /** Whether each bucket contains the buckets of its resolution. */
  readonly nested: boolean;
  readonly timezone: string;
}

/** Arranges data by time, with a column for each transform and, if names are kept apart, for each name. */
function tableOf(
  read: readonly (readonly [name: string | null, data: ReadonlyMap<number, unknown>])[],
  { transforms, nested, timezone }: Layout,
): Table {
  const columns = read.flatMap(([name]) => {
    if (transforms.length < 2) return [name ?? 'value'];
    return transforms.map((transform) => (name === null ? transform : `${name} ${transform}`));
  });
  const rows = new Map<number, unknown[]>();
  const width = Math.max(1, transforms.length);
  for (const [index, [, data]] of read.entries()) {
    for (const [timestamp, value] of nested ? flat(data) : data) {
      const cells = rows.get(timestamp) ?? columns.map(() => null);
      const values = transforms.length === 0 ? [value] : transforms.map((name) => field(value, name));
      cells.splice(index * width, width, ...values);
      rows.set(timestamp, cells);
    }
  }
  const sorted = [...rows].sort(([one], [other]) => one - other);
  return { columns, timezone, rows: sorted.map(([timestamp, cells]): Row => ({ timestamp, cells })) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
}

function* flat(data: ReadonlyMap<number, unknown>): Generator<[timestamp: number, data: unknown]> {
  for (const resolutions of data.values()) if (resolutions instanceof Map) yield* resolutions;
}
