import { readBuckets } from '@kairos/core';
import { type Command, Option } from 'commander';
import { collect } from '../flag-values.js';
import { csvLine } from '../output/csv.js';
import { plain } from '../output/plain.js';
import { Notes } from '../terminal/notes.js';
import { print } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { type OpenTimeseries, withTimeseries } from '../timeseries/open.js';

interface Flags extends TimeseriesFlags {
  readonly format: 'csv' | 'ndjson';
  readonly interval?: readonly string[];
  readonly quiet?: boolean;
}

/** The columns of an export, and the fields of its objects. */
export const EXPORT_COLUMNS = ['interval', 'name', 'timestamp', 'data'] as const;

export function addExport(program: Command): void {
  addTimeseriesFlags(program.command('export'))
    .description('Print every bucket that has data, in a form that import accepts')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('[names...]', 'the names (default: all)')
    .addOption(
      new Option('-f, --format <format>', 'csv or ndjson').choices(['csv', 'ndjson']).default('ndjson'),
    )
    .addOption(new Option('-i, --interval <name>', 'this interval only; repeatable').argParser(collect))
    .addHelpText(
      'after',
      `
A line for each bucket, or for each bucket of the resolution: interval, name, timestamp (Unix seconds) and data, as
JSON. Histograms are pairs of a value and its count.

Examples:
  $ kairos export hits > hits.ndjson
  $ kairos export sqlite:hits.sqlite home --type count --interval day --format csv`,
    )
    .action((text: string, names: string[], flags: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries) => {
        const progress = new Progress(new Notes(flags));
        await print(lines(timeseries, names, flags, progress));
        progress.end();
      }),
    );
}

async function* lines(
  timeseries: OpenTimeseries,
  given: readonly string[],
  { format, interval }: Flags,
  progress: Progress,
): AsyncGenerator<string> {
  const names = given.length === 0 ? await timeseries.list() : given;
  const intervals = interval ?? Object.keys(timeseries.intervals);
  if (format === 'csv') yield csvLine(EXPORT_COLUMNS);
  let count = 0;
  for (const [index, name] of names.entries()) {
    for (const each of intervals) {
      for await (const [timestamp, found] of readBuckets(timeseries, name, each)) {
        const data = plain(found);
        yield format === 'csv'
          ? csvLine([each, name, String(timestamp), JSON.stringify(data)])
          : `${JSON.stringify({ interval: each, name, timestamp, data })}\n`;
        progress.show({ fraction: index / names.length, count: ++count, unit: 'buckets' });
      }
    }
  }
}
