import { ConfigurationError, type CopyResult, checkCopy, copyTimeseries, verifyCopy } from '@kairos/core';
import { type Command, Option } from 'commander';
import { CopyJournal, type CopyLimits } from '../copy-journal.js';
import { EXIT, Finding, UsageError } from '../exit-codes.js';
import { collect } from '../flag-values.js';
import { alignedLines } from '../output/aligned.js';
import { parseTime } from '../parse-time.js';
import { interruption } from '../terminal/interruption.js';
import { Notes } from '../terminal/notes.js';
import { print } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import {
  addTargetFlags,
  addTimeseriesFlags,
  type TimeseriesFlags,
  targetFlags,
} from '../timeseries/flags.js';
import { NothingRecorded, type OpenTimeseries, open, withTimeseries } from '../timeseries/open.js';
import { type Reference, resolveReference } from '../timeseries/reference.js';
import { refuseExisting } from './importing.js';

interface Flags extends TimeseriesFlags {
  readonly interval?: readonly string[];
  readonly name?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly add?: boolean;
  readonly resume?: boolean;
  readonly journal?: string;
  readonly verify?: boolean;
  readonly quiet?: boolean;
}

export function addCopy(program: Command): void {
  addTargetFlags(addTimeseriesFlags(program.command('copy')))
    .description('Copy a timeseries to another store or configuration')
    .argument('<from>', 'a URL, or a name of the configuration')
    .argument('<to>', 'a URL, or a name of the configuration')
    .addOption(
      new Option(
        '--interval <from=to>',
        'make an interval of the target from one of the source; repeatable',
      ).argParser(collect),
    )
    .addOption(new Option('--name <name>', 'copy this name only; repeatable').argParser(collect))
    .option('--since <time>', 'copy buckets that start at this time or later')
    .option('--until <time>', 'copy buckets that start before this time')
    .option('--add', 'add to names that the target already has')
    .option('--resume', 'continue an interrupted copy')
    .option('--journal <file>', 'where to keep the progress of the copy')
    .option('--verify', 'compare both sides afterwards, bucket by bucket')
    .addHelpText(
      'after',
      `
The target takes its intervals from --to-define or its configuration; without either, from its record; if it has none,
from the source. Each interval is made from the source interval that reaches back furthest; among equals, one that cuts
time the same way, or else the finest. If one cannot be made (finer, other edges, another timezone), the copy fails
before anything is written.

Continue an interrupted copy with --resume: finished names stay as they are, all others are deleted in the target and
copied again. Until the copy has ended, nothing else may write these names to the target.

Examples:
  $ kairos copy sqlite:hits.sqlite postgres://localhost/app --type count --verify
  $ kairos copy hits archive --interval minute=hour --since 2024-01-01
  $ kairos copy redis://localhost sqlite:hits.sqlite --type count --prefix app --to-table hits --resume`,
    )
    .action((from: string, to: string, flags: Flags) =>
      withTimeseries(from, flags, 'look', async (source, reference) => {
        const target = await resolveReference(to, targetFlags({ ...flags }));
        refuseSame(reference, target);
        await refuseUnknown(source, flags.name);
        const opened = await openTarget(target, source, flags);
        try {
          await copy(source, opened, { from: reference, to: target, flags });
        } finally {
          await opened.close();
        }
      }),
    );
}

interface Request {
  readonly from: Reference;
  readonly to: Reference;
  readonly flags: Flags;
}

async function copy(
  source: OpenTimeseries,
  target: OpenTimeseries,
  { from, to, flags }: Request,
): Promise<void> {
  const notes = new Notes(flags);
  const progress = new Progress(notes);
  const signal = interruption();
  const intervals = intervalsOf(flags.interval);
  const { name: names, since, until } = flags;
  const journal = new CopyJournal(
    { from: titleOf(from), to: titleOf(to), options: { intervals, names, since, until } },
    flags.journal,
  );
  const before = flags.resume === true ? await journal.read() : null;
  if (before === null) await refuseExisting(target, names ?? (await source.list()), flags);
  const limits = before?.limits ?? limitsOf(flags, source.timezone);
  const plan = { intervals, names, ...limits, signal };
  let isBegun = flags.resume === true;
  let copied = before?.names.length ?? 0;
  const adding = flags.add === true;
  try {
    const result = await copyTimeseries(source, target, {
      ...plan,
      existing: adding ? 'add' : 'refuse',
      ...(before === null ? {} : { resume: before.names }),
      onStart: async () => {
        if (!isBegun && !adding) await journal.begin(limits);
        isBegun = true;
      },
      onCopied: async (name) => {
        copied++;
        if (!adding) await journal.add(name);
      },
      onProgress: ({ fraction, buckets }) => progress.show({ fraction, count: buckets, unit: 'buckets' }),
    });
    progress.end();
    if (!notes.quiet) await print(summary(result));
  } catch (error) {
    progress.end();
    if (isBegun && !adding) notes.say(`${copied} names are copied; --resume goes on`);
    throw error;
  }
  if (!adding) await journal.end();
  if (flags.verify === true) await verify(source, target, plan);
}

async function verify(
  source: OpenTimeseries,
  target: OpenTimeseries,
  plan: Parameters<typeof verifyCopy>[2],
): Promise<void> {
  const verified = await verifyCopy(source, target, plan);
  const head = ['interval', 'from', 'buckets', 'found', 'total', 'found', 'same'];
  const lines = verified.map(({ interval, from, expected, found, different }) => [
    interval,
    from,
    ...[expected.buckets, found.buckets, expected.total, found.total].map(String),
    different.length === 0 ? 'yes' : `no: ${different.join(', ')}`,
  ]);
  await print(alignedLines(head, lines));
  if (verified.some(({ different }) => different.length > 0)) {
    throw new Finding('The copy differs from its source', EXIT.different);
  }
}

function* summary({ names, intervals }: CopyResult): Generator<string> {
  yield `${names} ${names === 1 ? 'name' : 'names'} copied\n`;
  const lines = intervals.map(({ interval, from, buckets, expired }) =>
    [interval, from, buckets, expired].map(String),
  );
  yield* alignedLines(['interval', 'from', 'buckets', 'expired'], lines);
}

/** Intervals of the source by their name in the target. */
function intervalsOf(given: readonly string[] | undefined): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  const intervals = new Map<string, string>();
  for (const each of given) {
    const [, from, to] = /^([^=]+)=([^=]+)$/.exec(each) ?? [];
    if (from === undefined || to === undefined) {
      throw new UsageError(`Option --interval is "${each}"; expected FROM=TO, such as minute=hour`);
    }
    if (intervals.has(to)) {
      throw new UsageError(
        `Option --interval makes "${to}" twice; expected one interval that it is made from`,
      );
    }
    intervals.set(to, from);
  }
  return Object.fromEntries(intervals);
}

async function refuseUnknown(source: OpenTimeseries, names: readonly string[] = []): Promise<void> {
  const known = new Set(names.length === 0 ? [] : await source.list());
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new UsageError(`The source has no data of "${unknown}"; expected a --name that "kairos names" lists`);
}

function limitsOf({ since, until }: Flags, timezone: string): CopyLimits {
  const time = (text: string | undefined, option: string) =>
    text === undefined ? null : parseTime(text, { option, timezone });
  return { since: time(since, 'since'), until: time(until, 'until') };
}

/**
 * Opens the target with the given or recorded intervals, or else with those of the source. Opening records
 * them.
 */
async function openTarget(target: Reference, source: OpenTimeseries, flags: Flags): Promise<OpenTimeseries> {
  const { type, intervals } = target.options;
  if (intervals === undefined) {
    try {
      return await open(target, 'write');
    } catch (error) {
      if (!(error instanceof NothingRecorded)) throw error;
    }
  }
  const timezone = target.options.timezone ?? (intervals === undefined ? source.timezone : undefined);
  const cut = { intervals: intervals ?? source.intervals, ...(timezone === undefined ? {} : { timezone }) };
  await checkCopy(source, { type, ...cut }, { intervals: intervalsOf(flags.interval), names: flags.name });
  if (flags.resume !== true) await refuseRecorded(target, flags.name ?? (await source.list()), flags);
  return open({ ...target, options: { ...target.options, ...cut } }, 'write');
}

/** Refuses names that the target already has, before opening records other intervals there. */
async function refuseRecorded(target: Reference, names: readonly string[], flags: Flags): Promise<void> {
  try {
    const recorded = await open(target, 'look');
    await refuseExisting(recorded, names, flags).finally(() => recorded.close());
  } catch (error) {
    // Either nothing is recorded, or only the timezone differs. The copy checks again.
    if (!(error instanceof NothingRecorded || error instanceof ConfigurationError)) throw error;
  }
}

function titleOf({ title, options }: Reference): string {
  const { intervals: _, ...place } = options;
  return `${title} ${JSON.stringify(place)}`;
}

function refuseSame(from: Reference, to: Reference): void {
  if (typeof from.source !== 'string' || from.source !== to.source) return;
  const placeOf = ({ options }: Reference) =>
    JSON.stringify([options.tableName, options.schema, options.prefix, options.database, options.keyspace]);
  if (placeOf(from) === placeOf(to)) {
    throw new UsageError('The source is the target; expected two stores, or two namespaces of one');
  }
}
