import { writeFile } from 'node:fs/promises';
import type { TimeseriesType, TransformName } from '@kairos/core';
import { type Command, Option } from 'commander';
import { formats } from '../output/format.js';
import { Notes } from '../terminal/notes.js';
import { print } from '../terminal/output.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { addReadFlags, type ReadFlags, readTable } from './read.js';

interface Flags extends TimeseriesFlags, ReadFlags {
  readonly format: string;
  readonly svg?: string;
  readonly title?: string;
  readonly quiet?: boolean;
}

export function addSeries(program: Command): void {
  addReadFlags(addTimeseriesFlags(program.command('series')))
    .description('Read one name or several over time')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('<names...>', 'the names; several are joined, unless you pass --by-name')
    .addOption(
      new Option('-f, --format <format>', 'how to print it').choices(Object.keys(formats)).default('table'),
    )
    .option('--svg <file>', 'write a picture instead of printing')
    .option('--title <text>', 'the title of the picture')
    .addHelpText(
      'after',
      `
Without --start, --end and --steps it covers what the interval keeps, or all data if it keeps everything.
Times in csv, json and ndjson are Unix seconds.

Examples:
  $ kairos series sqlite:hits.sqlite home --type count --interval day --start -7d
  $ kairos series delays JFK LAX --interval hour --transform mean,p95 --format csv
  $ kairos series delays JFK LAX --interval day --transform p95 --by-name --format chart
  $ kairos series delays JFK --interval day --transform mean --svg delays.svg`,
    )
    .action((text: string, names: string[], flags: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries) => {
        const { svg, title, format } = flags;
        const isDrawn = svg !== undefined || format === 'chart';
        const table = await readTable(
          timeseries,
          names,
          flags,
          isDrawn ? drawnTransform(timeseries.type) : undefined,
        );
        if (svg === undefined) {
          await print(formats[format]?.(table) ?? []);
          return;
        }
        // Loaded here, not at the top, because it is large.
        const { picture } = await import('../output/svg.js');
        await writeFile(svg, picture(table, title ?? names.join(', ')));
        new Notes(flags).say(`Wrote ${svg}`);
      }),
    );
}

/** The default transform of a chart, for types whose buckets are not plain numbers. */
export function drawnTransform(type: TimeseriesType): TransformName | undefined {
  if (type === 'series' || type === 'histogram') return 'mean';
  return type === 'set' ? 'count' : undefined;
}
