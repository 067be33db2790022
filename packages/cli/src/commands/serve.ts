import { messageOf } from '@kairos/core';
import type { Command } from 'commander';
import { type KairosConfig, loadConfig } from '../config.js';
import { EXIT, Finding, UsageError } from '../exit-codes.js';
import { positive, wholeNumber } from '../flag-values.js';
import { type Address, isLoopback, parseAddress, written } from '../serve/address.js';
import { Log } from '../serve/log.js';
import type { Server, ServerOptions, Serving } from '../serve/server.js';
import { interruption } from '../terminal/interruption.js';
import { Notes } from '../terminal/notes.js';
import { schemeOf } from '../timeseries/backends.js';
import { addTimeseriesFlags, type TimeseriesFlags } from '../timeseries/flags.js';
import { type Reference, resolveReference } from '../timeseries/reference.js';
import { withoutPassword } from '../timeseries/without-password.js';

interface Flags extends TimeseriesFlags {
  readonly listen: string;
  readonly carbon?: string;
  readonly statsd?: string;
  readonly token?: string;
  readonly insert?: boolean;
  readonly maxBuckets?: string;
  readonly keep: string;
  readonly grace: string;
  readonly quiet?: boolean;
}

export function addServe(program: Command): void {
  addTimeseriesFlags(program.command('serve'))
    .description('Serve timeseries over HTTP, and store what Carbon and statsd clients send')
    .argument(
      '[timeseries...]',
      'names of the configuration, or NAME=URL (default: all of the configuration)',
    )
    .option('--listen <address>', 'where to serve HTTP', '127.0.0.1:8080')
    .option(
      '--token <token>',
      'the token that requests must send; or set the environment variable KAIROS_TOKEN',
    )
    .option('--insert', 'allow requests to write')
    .option('--max-buckets <count>', 'maximum number of buckets in one answer')
    .option(
      '--carbon <address>',
      "listen for Carbon's plaintext protocol (TCP), on 127.0.0.1 if it is only a port",
    )
    .option('--statsd <address>', 'listen for statsd (UDP), on 127.0.0.1 if it is only a port')
    .option('--keep <lines>', 'how many lines of each listener may wait for a store that is down', '200000')
    .option('--grace <seconds>', 'how long waiting lines may take to be stored on shutdown', '10')
    .addHelpText(
      'after',
      `
Lines that match a rule of the configuration go to its timeseries. SIGHUP reloads the configuration; SIGTERM stops
listening, stores what waits, and exits.

Examples:
  $ kairos serve
  $ kairos serve hits delays --carbon 2003 --statsd 8125
  $ KAIROS_TOKEN=… kairos serve --listen 0.0.0.0:8080 --insert
  $ kairos serve hits=sqlite:hits.sqlite --type count`,
    )
    .action((names: string[], flags: Flags) => serve(names, flags));
}

async function serve(names: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags);
  const log = new Log((line) => notes.say(withoutPassword(line)));
  const options = await optionsOf(flags);
  const signal = interruption();
  // Loaded here, not at the top: other commands do not need it.
  const { Server } = await import('../serve/server.js');
  const server = await Server.start(await servingOf(names, flags, 0), options, log);
  const stopReloading = reloadBySignal(server, (times) => servingOf(names, flags, times), log);
  try {
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
  } finally {
    stopReloading();
  }
  log.say('Ending: storing what waits');
  const dropped = await awake(server.close());
  log.end();
  // If a store is unreachable, its client may keep trying to connect.
  setTimeout(() => process.exit(), 500).unref();
  if (dropped > 0) {
    throw new Finding(
      `${dropped} lines were not stored within ${flags.grace} s, and are dropped`,
      EXIT.failed,
    );
  }
}

/** Keeps the process alive. The client of an unreachable store may have only timers that do not. */
async function awake<R>(work: Promise<R>): Promise<R> {
  const timer = setInterval(() => undefined, 1000);
  return work.finally(() => clearInterval(timer));
}

/** Reloads the configuration on SIGHUP. If it is invalid, logs the error and keeps the old one. */
function reloadBySignal(server: Server, read: (times: number) => Promise<Serving>, log: Log): () => void {
  let times = 0;
  const reload = () => {
    const time = ++times;
    server
      .reload(() => read(time))
      .then(
        () => log.say('The configuration was read again'),
        (error: unknown) => log.say(`The configuration stays as it was: ${messageOf(error)}`),
      );
  };
  process.on('SIGHUP', reload);
  return () => process.off('SIGHUP', reload);
}

async function optionsOf(flags: Flags): Promise<ServerOptions> {
  const optional = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseAddress(text, option);
  const listen = await parseAddress(flags.listen, 'listen');
  const token = tokenOf(flags);
  refuseOpen(listen, token);
  return {
    listen,
    carbon: await optional(flags.carbon, 'carbon'),
    statsd: await optional(flags.statsd, 'statsd'),
    token,
    insert: flags.insert === true,
    maxBuckets: flags.maxBuckets === undefined ? undefined : wholeNumber(flags.maxBuckets, 'max-buckets'),
    keep: positive(flags.keep, 'keep'),
    grace: positive(flags.grace, 'grace') * 1000,
  };
}

function tokenOf({ token = process.env.KAIROS_TOKEN }: Flags): string | undefined {
  if (token === '') throw new UsageError('Option --token is empty; expected a token, or no --token');
  return token;
}

function refuseOpen(listen: Address, token: string | undefined): void {
  if (token !== undefined || isLoopback(listen.host)) return;
  throw new UsageError(
    `Option --listen is ${written(listen)}, which others can reach; expected --token or KAIROS_TOKEN with it, or an address such as 127.0.0.1:8080`,
  );
}

/** The timeseries and rules to serve. `times` counts how often the configuration file has been read. */
async function servingOf(names: readonly string[], flags: Flags, times: number): Promise<Serving> {
  const config = await loadConfig(flags.config, times);
  const references = new Map<string, Reference>();
  for (const text of names.length === 0 ? namesOf(config) : names) {
    const { name, target } = namedTarget(text, flags);
    if (references.has(name)) {
      throw new UsageError(`There are two timeseries "${name}"; expected different names, as NAME=URL`);
    }
    references.set(name, await resolveReference(target, flags, config));
  }
  return { references, rules: config?.rules, known: Object.keys(config?.timeseries ?? {}) };
}

function namesOf(config: KairosConfig | null): string[] {
  const names = Object.keys(config?.timeseries ?? {});
  if (names.length > 0) return names;
  throw new UsageError(
    'There is no timeseries to serve; expected a configuration with some, or NAME=URL with --type',
  );
}

/** Splits `hits=sqlite:hits.sqlite`. A URL alone is served under the name of its type. */
function namedTarget(text: string, { type = 'timeseries' }: Flags): { name: string; target: string } {
  const [, name, target] = /^([^=:/]+)=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && target !== undefined) return { name, target };
  return { name: schemeOf(text) === undefined ? text : type, target: text };
}
