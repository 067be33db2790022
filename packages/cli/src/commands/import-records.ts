import type { Command } from 'commander';
import { csvRecords, ndjsonRecords } from '../import/records.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { valueReader } from '../timeseries/values.js';
import { importRecords, textOf } from './importing.js';

interface Flags extends TimeseriesFlags {
  readonly name?: string;
  readonly text?: boolean;
  readonly quiet?: boolean;
}

const readers = { csv: csvRecords, ndjson: ndjsonRecords } as const;

export function addImportRecords(command: Command, format: keyof typeof readers): void {
  const isCsv = format === 'csv';
  addTimeseriesFlags(command.command(format))
    .description(isCsv ? 'Import CSV' : 'Import JSON, one object a line')
    .argument('<file>', 'the file; - for stdin')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .option('--name <name>', 'the name of lines that have none')
    .option('--text', 'store numbers as text, too')
    .addHelpText(
      'after',
      `
${isCsv ? 'Columns, by their head' : 'Fields'}: name, timestamp and value, where each line is one insert; or those that export prints, where each
line adds to one bucket of one interval. Timestamps are Unix seconds or ISO dates in the timeseries' timezone.

Examples:
  $ kairos import ${format} hits.${format} hits
  $ kairos export hits --format ${format} | kairos import ${format} - sqlite:copy.sqlite --type count --define intervals.json`,
    )
    .action((file: string, text: string, flags: Flags) =>
      withTimeseries(text, flags, 'write', async (timeseries, { options }) => {
        const readValue = valueReader(flags.text === true ? 'text' : options.valueType);
        const records = readers[format](textOf(file), { name: flags.name, readValue });
        await importRecords(timeseries, records, new Notes(flags));
      }),
    );
}
