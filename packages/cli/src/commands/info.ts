import { readBuckets } from '@kairos/core';
import { type Command, Option } from 'commander';
import { alignedLines, dateOf } from '../output/aligned.js';
import { Notes } from '../terminal/notes.js';
import { print } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { type OpenTimeseries, withTimeseries } from '../timeseries/open.js';

interface Flags extends TimeseriesFlags {
  readonly buckets: boolean;
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

export function addInfo(program: Command): void {
  addTimeseriesFlags(program.command('info'))
    .description('Show the recorded intervals, and how much data there is')
    .argument('<timeseries>', 'a URL, or a name of the configuration')
    .option('--no-buckets', 'do not count the buckets with data, which reads all of them')
    .addOption(
      new Option('-f, --format <format>', 'table or json').choices(['table', 'json']).default('table'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ kairos info sqlite:hits.sqlite --type count
  $ kairos info hits --no-buckets --format json`,
    )
    .action((text: string, flags: Flags) =>
      withTimeseries(text, flags, 'look', async (timeseries, { title }) => {
        const found = await look(timeseries, flags);
        const facts = { timeseries: title, type: timeseries.type, timezone: timeseries.timezone, ...found };
        await print(flags.format === 'json' ? [`${JSON.stringify(facts, null, 2)}\n`] : shown(facts));
      }),
    );
}

interface IntervalFacts {
  readonly interval: string;
  readonly step: number | string;
  readonly resolution: number | string | null;
  readonly steps: number | null;
  /** Unix seconds of the first and the last bucket with data. */
  first: number | null;
  last: number | null;
  /** Number of buckets with data over all names (resolution buckets if there are any); `null` if not counted. */
  buckets: number | null;
}

interface Facts {
  readonly names: number;
  readonly intervals: readonly IntervalFacts[];
}

async function look(timeseries: OpenTimeseries, { buckets, quiet }: Flags): Promise<Facts> {
  const intervals = Object.entries(timeseries.intervals).map(
    ([interval, { step, resolution = null, steps = null }]): IntervalFacts => ({
      interval,
      step,
      resolution,
      steps,
      first: null,
      last: null,
      buckets: buckets ? 0 : null,
    }),
  );
  const names = await timeseries.list();
  const progress = new Progress(new Notes({ quiet }));
  let counted = 0;
  for (const [index, name] of names.entries()) {
    const bounds = await timeseries.properties(name);
    for (const facts of intervals) {
      const found = bounds[facts.interval];
      if (found === undefined) continue;
      facts.first = Math.min(facts.first ?? found.first, found.first);
      facts.last = Math.max(facts.last ?? found.last, found.last);
      if (facts.buckets === null) continue;
      for await (const _ of readBuckets(timeseries, name, facts.interval)) {
        facts.buckets++;
        progress.show({ fraction: index / names.length, count: ++counted, unit: 'buckets' });
      }
    }
  }
  progress.end();
  return { names: names.length, intervals };
}

function* shown(
  facts: Facts & { readonly timeseries: string; readonly type: string; readonly timezone: string },
): Generator<string> {
  const { timeseries, type, timezone, names, intervals } = facts;
  yield `${timeseries}\n${type}, ${timezone}, ${names} ${names === 1 ? 'name' : 'names'}\n\n`;
  const head = ['interval', 'step', 'resolution', 'steps', 'first', 'last', 'buckets'];
  const date = (seconds: number | null) => (seconds === null ? '' : dateOf(seconds, timezone));
  const lines = intervals.map(({ interval, step, resolution, steps, first, last, buckets }) => [
    interval,
    String(step),
    String(resolution ?? ''),
    String(steps ?? 'all'),
    date(first),
    date(last),
    String(buckets ?? ''),
  ]);
  yield* alignedLines(head, lines);
}
