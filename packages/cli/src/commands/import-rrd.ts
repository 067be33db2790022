import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../exit-codes.js';
import { finestPoints } from '../import/points.js';
import type { ImportRecord } from '../import/records.js';
import { type RrdFile, readRrd } from '../import/rrd.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { importRecords, refuseExisting, textOf } from './importing.js';

interface Flags extends TimeseriesFlags {
  readonly aggregation?: string;
  readonly nameFrom: 'file' | 'source';
  readonly at: 'end' | 'start';
  readonly add?: boolean;
  readonly quiet?: boolean;
}

export function addImportRrd(command: Command): void {
  addTimeseriesFlags(command.command('rrd'))
    .description('Import the XML that "rrdtool dump" prints')
    .argument('<file>', 'the file; - for stdin')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .addOption(
      new Option(
        '--aggregation <function>',
        'the consolidation function; the first of the file where left out',
      ).choices(['average', 'min', 'max', 'last']),
    )
    .addOption(
      new Option(
        '--name-from <what>',
        'make names of the file and the data source, or of the data source alone',
      )
        .choices(['file', 'source'])
        .default('file'),
    )
    .addOption(
      new Option('--at <moment>', 'store a row at the end of its time, as rrdtool prints it, or at its start')
        .choices(['end', 'start'])
        .default('end'),
    )
    .option('--add', 'add to names that already have data')
    .addHelpText(
      'after',
      `
Reads all archives of one consolidation function, the finest at each moment, and skips unknown values. Each row is one
insert. The names of router.xml are router.in, router.out, or whatever its data sources are called.

Examples:
  $ rrdtool dump router.rrd | kairos import rrd - traffic --name-from source
  $ kairos import rrd router.xml sqlite:metrics.sqlite --type gauge --define intervals.json --aggregation max`,
    )
    .action((file: string, text: string, flags: Flags) =>
      withTimeseries(text, flags, 'write', async (timeseries) => {
        if (timeseries.type === 'count') {
          throw new UsageError(
            'RRDtool keeps rates and readings, which a count would add up; expected a gauge, a series or a histogram',
          );
        }
        const rrd = await readRrd(textOf(file), flags.aggregation?.toUpperCase());
        const nameOf = (source: string) =>
          flags.nameFrom === 'source' || file === '-'
            ? source
            : `${basename(file).replace(/\.(rrd\.)?xml$/, '')}.${source}`;
        await refuseExisting(
          timeseries,
          rrd.sources.map(({ name }) => nameOf(name)),
          flags,
        );
        await importRecords(timeseries, recordsOf(rrd, nameOf, flags.at), new Notes(flags));
      }),
    );
}

function* recordsOf(
  { sources }: RrdFile,
  nameOf: (source: string) => string,
  at: 'end' | 'start',
): Generator<ImportRecord> {
  for (const { name, archives } of sources) {
    for (const { start, step, value } of finestPoints(archives, false)) {
      const timestamp = String(at === 'end' ? start : start - step);
      yield { kind: 'value', name: nameOf(name), timestamp, value };
    }
  }
}
