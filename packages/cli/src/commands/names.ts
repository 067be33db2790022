import type { Command } from 'commander';
import { print } from '../terminal/output.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';

interface Flags extends TimeseriesFlags {
  /** Prefix of the names to list. In other commands, `--prefix` is that of Redis keys. */
  readonly prefix?: string;
  readonly json?: boolean;
}

export function addNames(program: Command): void {
  addTimeseriesFlags(program.command('names'), ['prefix'])
    .description('List the names that have data, one a line')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .option('--prefix <text>', 'only names that begin with it (the prefix of Redis is --namespace here)')
    .option('--json', 'as JSON, for names with line breaks in them')
    .addHelpText(
      'after',
      `
Examples:
  $ kairos names sqlite:hits.sqlite --type count
  $ kairos names hits --prefix api/`,
    )
    .action(async (text: string, { prefix = '', json = false, ...flags }: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries) => {
        const names = await timeseries.list({ prefix });
        await print(json ? [`${JSON.stringify(names, null, 2)}\n`] : names.map((name) => `${name}\n`));
      }),
    );
}
