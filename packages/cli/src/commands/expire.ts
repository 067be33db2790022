import type { Command } from 'commander';
import { confirm } from '../terminal/confirm.js';
import { Notes } from '../terminal/notes.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';

interface Flags extends TimeseriesFlags {
  readonly yes?: boolean;
  readonly quiet?: boolean;
}

export function addExpire(program: Command): void {
  addTimeseriesFlags(program.command('expire'))
    .description('Delete data past its retention, in a store that does not expire by itself')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('[names...]', 'the names (default: all)')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
On a terminal, the command asks first. Elsewhere, pass --yes.

Examples:
  $ kairos expire hits --yes
  $ kairos expire sqlite:hits.sqlite home --type count`,
    )
    .action((text: string, names: string[], flags: Flags) =>
      withTimeseries(text, flags, 'write', async (timeseries, { title }) => {
        const what = names.length === 0 ? 'every name' : names.join(', ');
        await confirm(`Delete what is past its retention of ${what} in ${title}?`, flags);
        if (names.length === 0) await timeseries.expire();
        else for (const name of names) await timeseries.expire(name);
        new Notes(flags).say('Deleted what was past its retention');
      }),
    );
}
