import type { Value } from '@kairos/core';
import type { Command } from 'commander';
import { UsageError } from '../exit-codes.js';
import { wholeNumber } from '../flag-values.js';
import { parseTime } from '../parse-time.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { valueReader } from '../timeseries/values.js';

interface Flags extends TimeseriesFlags {
  readonly timestamp?: string;
  readonly intervals?: string;
  readonly text?: boolean;
  readonly quiet?: boolean;
}

export function addInsert(program: Command): void {
  addTimeseriesFlags(program.command('insert'))
    .description('Store a value, or several, under a name')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('<name>', 'the name')
    .argument(
      '[values...]',
      'the values; a count without any counts 1 (after -- for those that begin with -)',
    )
    .option('--timestamp <time>', 'when it happened: 2024-03-01T12:00, Unix seconds, -1h (default: now)')
    .option('--intervals <count>', 'how many buckets before (negative) or after it to copy the value to')
    .option('--text', 'store numbers as text, too')
    .addHelpText(
      'after',
      `
Examples:
  $ kairos insert sqlite:hits.sqlite home 3 --type count --define '{"minute":{"step":60}}'
  $ kairos insert temperatures kitchen --timestamp yesterday -- -3.5`,
    )
    .action((text: string, name: string, values: string[], flags: Flags) =>
      withTimeseries(text, flags, 'write', async (timeseries, { options }) => {
        if (values.length === 0 && timeseries.type !== 'count') {
          throw new UsageError(`The value is missing; expected one to insert into a ${timeseries.type}`);
        }
        const read = valueReader(flags.text === true ? 'text' : options.valueType);
        const given: Value[] = values.length === 0 ? [1] : values.map(read);
        const { timezone } = timeseries;
        const { timestamp, intervals } = flags;
        const { stored, expired } = await timeseries.insert(name, given, {
          ...(timestamp === undefined
            ? {}
            : { timestamp: parseTime(timestamp, { option: 'timestamp', timezone }) }),
          ...(intervals === undefined ? {} : { intervals: wholeNumber(intervals, 'intervals') }),
        });
        const left = expired === 0 ? '' : `, ${expired} left out: past their retention`;
        new Notes(flags).say(`${stored} ${stored === 1 ? 'bucket' : 'buckets'} written${left}`);
      }),
    );
}
