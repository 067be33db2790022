import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { positive } from '../flag-values.js';
import { chart } from '../output/chart.js';
import { interruption } from '../terminal/interruption.js';
import { print } from '../terminal/output.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { withTimeseries } from '../timeseries/open.js';
import { addReadFlags, type ReadFlags, readTable } from './read.js';
import { drawnTransform } from './series.js';

interface Flags extends TimeseriesFlags, ReadFlags {
  readonly every: string;
  readonly times?: string;
}

export function addWatch(program: Command): void {
  addReadFlags(addTimeseriesFlags(program.command('watch')))
    .description('Draw a chart again and again, as data comes')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .argument('<names...>', 'the names; several are joined, unless you pass --by-name')
    .option('--every <seconds>', 'how often to read', '2')
    .option('--times <count>', 'how many times to draw it (default: until Ctrl-C)')
    .addHelpText(
      'after',
      `
A relative --start moves along.

Examples:
  $ kairos watch hits home --interval minute --steps 60
  $ kairos watch hits home about --interval minute --start -2h --by-name --every 10`,
    )
    .action((text: string, names: string[], flags: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries) => {
        const signal = interruption();
        const every = positive(flags.every, 'every');
        const times = flags.times === undefined ? Number.POSITIVE_INFINITY : positive(flags.times, 'times');
        for (let time = 1; !signal.aborted; time++) {
          const table = await readTable(timeseries, names, flags, drawnTransform(timeseries.type));
          const clear = process.stdout.isTTY === true ? '\u001b[H\u001b[2J' : '';
          await print([clear, ...chart(table)]);
          if (time >= times) return;
          await setTimeout(every * 1000, undefined, { signal }).catch(() => undefined);
        }
      }),
    );
}
