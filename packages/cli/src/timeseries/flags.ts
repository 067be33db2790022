import { type Command, Option } from 'commander';
import { collect } from '../flag-values.js';
import type { NamespaceFlag } from './backends.js';

/** The flags that identify a timeseries. */
export interface TimeseriesFlags extends Partial<Readonly<Record<NamespaceFlag, string>>> {
  readonly type?: string;
  readonly define?: string;
  readonly namespace?: string;
  readonly valueType?: string;
  readonly timezone?: string;
  readonly option?: readonly string[];
  readonly config?: string;
}

const TYPES = ['series', 'histogram', 'count', 'gauge', 'set'];

const placeFlags: readonly (readonly [flag: string, text: string])[] = [
  ['table <name>', 'the prefix of the tables, on SQL and Cassandra'],
  ['schema <name>', 'the schema, on PostgreSQL'],
  ['prefix <text>', 'the prefix of the keys, on Redis'],
  ['database <name>', 'the database, on MongoDB'],
  ['keyspace <name>', 'the keyspace, on Cassandra'],
  ['namespace <name>', 'whichever of these the backend has'],
  ['define <file>', 'the intervals to record, as JSON or a file of it'],
  ['timezone <zone>', 'the IANA timezone of the calendar'],
  ['value-type <type>', 'the type of the values, on SQL and Cassandra'],
];

/** Adds the flags of a timeseries. `except` lists flags that have another meaning in this command. */
export function addTimeseriesFlags(command: Command, except: readonly string[] = []): Command {
  command.addOption(new Option('-t, --type <type>', 'the type of the timeseries, with a URL').choices(TYPES));
  addPlaceFlags(command, '', except);
  command.option('--config <file>', 'the configuration file (default: kairos.config.mjs in this folder)');
  return command;
}

/** Adds the flags of the timeseries to copy to. */
export function addTargetFlags(command: Command): Command {
  return addPlaceFlags(command, 'to-', []);
}

function addPlaceFlags(command: Command, prefix: string, except: readonly string[]): Command {
  for (const [flag, text] of placeFlags) {
    if (except.some((each) => flag.startsWith(`${each} `))) continue;
    command.option(`--${prefix}${flag}`, prefix === '' ? text : `${text}, of the target`);
  }
  return command.addOption(
    new Option(
      `--${prefix}option <name=value>`,
      `another option of kairos.timeseries${prefix === '' ? '' : ', of the target'}; repeatable`,
    ).argParser(collect),
  );
}

/** Converts the target's flags to those of a source. Both have the same type. */
export function targetFlags(flags: TimeseriesFlags & Readonly<Record<string, unknown>>): TimeseriesFlags {
  const target: Record<string, unknown> = { type: flags.type, config: flags.config };
  for (const [name, value] of Object.entries(flags)) {
    const [, first, rest] = /^to([A-Z])(.*)$/.exec(name) ?? [];
    if (first !== undefined) target[first.toLowerCase() + rest] = value;
  }
  return target;
}
