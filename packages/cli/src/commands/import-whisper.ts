import { type Command, Option } from 'commander';
import { UsageError } from '../exit-codes.js';
import { finestPoints } from '../import/points.js';
import type { ImportRecord } from '../import/records.js';
import { type Aggregation, readWhisper } from '../import/whisper.js';
import { type NamedFile, type NameFrom, whisperFiles } from '../import/whisper-files.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { importRecords, refuseExisting } from './importing.js';

interface Flags extends TimeseriesFlags {
  readonly aggregation?: Aggregation;
  readonly nameFrom: NameFrom;
  readonly add?: boolean;
  readonly quiet?: boolean;
}

export function addImportWhisper(command: Command): void {
  addTimeseriesFlags(command.command('whisper'))
    .description("Import files of Graphite's Whisper, or folders of them")
    .argument('<paths...>', 'files or folders, then the timeseries: a URL, or a name of the configuration')
    .addOption(
      new Option(
        '--aggregation <method>',
        "take the values for these; else for what each file's header says",
      ).choices(['sum', 'average', 'last', 'max', 'min']),
    )
    .addOption(
      new Option('--name-from <what>', 'make names of the path with dots, with slashes, or of the file alone')
        .choices(['path', 'slashes', 'file'])
        .default('path'),
    )
    .option('--add', 'add to names that already have data')
    .addHelpText(
      'after',
      `
Reads all archives of a file, the finest at each moment. Each point is one insert at its time. A file of sums fits
a count; others fit a gauge, a series or a histogram.

Examples:
  $ kairos import whisper /var/lib/graphite/whisper sqlite:metrics.sqlite --type gauge --define intervals.json
  $ kairos import whisper hits.wsp clicks.wsp hits --aggregation sum`,
    )
    .action(async (given: string[], flags: Flags) => {
      const [text, ...paths] = [given.at(-1) ?? '', ...given.slice(0, -1)];
      if (paths.length === 0) {
        throw new UsageError('The files or the timeseries are missing; expected PATH… TIMESERIES');
      }
      const files = await whisperFiles(paths, flags.nameFrom);
      if (files.length === 0) throw new UsageError(`There is no .wsp file in ${paths.join(', ')}`);
      const names = files.map(({ name }) => name);
      refuseTwice(names);
      await withTimeseries(text, flags, 'write', async (timeseries) => {
        await refuseExisting(timeseries, names, flags);
        if (timeseries.type === 'count') await refuseNoSums(files, flags);
        const counted = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
        await importRecords(timeseries, recordsOf(files, flags), new Notes(flags), counted);
      });
    });
}

function refuseTwice(names: readonly string[]): void {
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name)) {
      throw new UsageError(`Two files are called "${name}"; expected another --name-from, or one of them`);
    }
    known.add(name);
  }
}

/** Call this before storing anything. */
async function refuseNoSums(files: readonly NamedFile[], { aggregation: given }: Flags): Promise<void> {
  for (const { path } of files) {
    const aggregation = given ?? (await readWhisper(path)).aggregation;
    if (aggregation !== 'sum') {
      throw new UsageError(
        `${path} holds values of the aggregation "${aggregation}", which a count would add up; expected a gauge, a series or a histogram, or --aggregation sum`,
      );
    }
  }
}

async function* recordsOf(files: readonly NamedFile[], { aggregation }: Flags): AsyncGenerator<ImportRecord> {
  for (const { path, name } of files) {
    const file = await readWhisper(path);
    const isSum = (aggregation ?? file.aggregation) === 'sum';
    for (const { start, value } of finestPoints(file.archives, isSum)) {
      yield { kind: 'value', name, timestamp: String(start), value };
    }
  }
}
