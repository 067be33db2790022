import { readFile } from 'node:fs/promises';
import type { IntervalsOptions, TimeseriesType } from '@kairos/core';
import { type KairosConfig, loadConfig } from '../config.js';
import { UsageError } from '../exit-codes.js';
import { backendOfScheme, type NamespaceFlag, schemeOf } from './backends.js';
import type { TimeseriesFlags } from './flags.js';
import { withoutPassword } from './without-password.js';

/** A timeseries named on the command line, in the form of the arguments of `kairos.timeseries`. */
export interface Reference {
  /** How to refer to it: its name in the configuration, or its URL without the password. */
  readonly title: string;
  readonly source: string | object;
  readonly options: GivenOptions;
}

/** The options of `kairos.timeseries` as given. Core checks them. */
export interface GivenOptions {
  readonly type: TimeseriesType;
  /** Default: the recorded ones. */
  readonly intervals?: IntervalsOptions;
  readonly timezone?: string;
  readonly [option: string]: unknown;
}

const NAMESPACE_FLAGS: readonly NamespaceFlag[] = ['table', 'schema', 'prefix', 'database', 'keyspace'];

/**
 * Resolves a URL with its flags, or a name in the configuration. Flags override the options in the
 * configuration. Loads the configuration unless you pass it.
 */
export async function resolveReference(
  text: string,
  flags: TimeseriesFlags,
  config?: KairosConfig | null,
): Promise<Reference> {
  if (schemeOf(text) === undefined) {
    return configured(text, flags, config === undefined ? await loadConfig(flags.config) : config);
  }
  if (flags.type === undefined) {
    throw new UsageError(
      `Option --type is missing; expected --type series, histogram, count, gauge or set with a URL`,
    );
  }
  return { title: withoutPassword(text), source: text, options: await optionsOf(text, flags) };
}

async function configured(
  name: string,
  flags: TimeseriesFlags,
  config: KairosConfig | null,
): Promise<Reference> {
  const found = config === null ? undefined : ownValue(config.timeseries, name);
  if (found === undefined) {
    const known = Object.keys(config?.timeseries ?? {});
    throw new UsageError(
      `There is no timeseries "${name}"; expected a URL such as sqlite:hits.sqlite, or a name of the configuration${known.length === 0 ? '' : ` (${known.join(', ')})`}`,
    );
  }
  const { source, ...options } = found;
  return { title: name, source, options: await optionsOf(source, flags, options) };
}

function ownValue<V>(values: { readonly [name: string]: V }, name: string): V | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

async function optionsOf(
  source: string | object,
  flags: TimeseriesFlags,
  configured: object = {},
): Promise<GivenOptions> {
  const { type, timezone, valueType } = flags;
  const named = typeof source === 'string' ? namespaceOf(schemeOf(source) ?? '', flags) : {};
  const intervals = flags.define === undefined ? undefined : await parseIntervals(flags.define);
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  const given = Object.entries({ ...named, type, timezone, valueType, intervals }).filter(isGiven);
  const options = { ...configured, ...parseOptions(flags.option ?? []), ...Object.fromEntries(given) };
  return options as GivenOptions;
}

function namespaceOf(scheme: string, flags: TimeseriesFlags): Record<string, string> {
  const { name, namespaces } = backendOfScheme(scheme);
  const options: Record<string, string> = {};
  const [own] = Object.values(namespaces);
  if (flags.namespace !== undefined && own !== undefined) options[own] = flags.namespace;
  for (const flag of NAMESPACE_FLAGS) {
    const value = flags[flag];
    if (value === undefined) continue;
    const option = namespaces[flag];
    if (option === undefined) {
      const known = Object.keys(namespaces).map((each) => `--${each}`);
      throw new UsageError(
        `Option --${flag} is not one of the backend "${name}"; expected ${known.join(' or ')}`,
      );
    }
    options[option] = value;
  }
  return options;
}

/** Parses `replication=1`. The value is JSON, or text if it is not valid JSON. */
function parseOptions(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map((each) => {
      const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
      if (name === undefined)
        throw new UsageError(`Option --option is "${each}"; expected name=value, such as replication=1`);
      return [name, parseJson(value) ?? value];
    }),
  );
}

async function parseIntervals(define: string): Promise<IntervalsOptions> {
  const isText = define.trimStart().startsWith('{');
  const text = isText ? define : await readFile(define, 'utf8');
  const parsed = parseJson(text);
  if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  throw new UsageError(
    `Option --define ${isText ? 'is not JSON' : `names ${define}, which is not JSON`}; expected intervals such as {"minute":{"step":60}}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
