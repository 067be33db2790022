import type { Command } from 'commander';
import { UsageError } from '../exit-codes.js';
import { confirm } from '../terminal/confirm.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';

interface Flags extends TimeseriesFlags {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly quiet?: boolean;
}

export function addDelete(program: Command): void {
  addTimeseriesFlags(program.command('delete'))
    .description('Delete names in all intervals, or everything')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('[names...]', 'the names')
    .option('--all', 'all names, and the record of the intervals')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
On a terminal, the command asks first. Elsewhere, pass --yes.

Examples:
  $ kairos delete hits home about
  $ kairos delete sqlite:hits.sqlite --type count --all --yes`,
    )
    .action((text: string, names: string[], flags: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries, { title }) => {
        if ((flags.all === true) === names.length > 0) {
          throw new UsageError('There are names and --all; expected only one of them');
        }
        const what = flags.all === true ? `all ${(await timeseries.list()).length} names` : names.join(', ');
        await confirm(`Delete ${what} of ${title}?`, flags);
        if (flags.all === true) await timeseries.deleteAll();
        else for (const name of names) await timeseries.delete(name);
        new Notes(flags).say(`Deleted ${what}`);
      }),
    );
}
