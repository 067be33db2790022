import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type IntervalsOptions, messageOf, type TimeseriesType } from '@kairos/core';
import { UsageError } from './exit-codes.js';
import type { Rule } from './serve/rules.js';

/** A named timeseries: the source and the options of `kairos.timeseries`. */
export interface TimeseriesConfig {
  /** A URL, or a handle of a driver. */
  readonly source: string | object;
  readonly type: TimeseriesType;
  /** Commands that write record them. Default: those recorded in the store. */
  readonly intervals?: IntervalsOptions;
  readonly timezone?: string;
  /** Other options of `kairos.timeseries`, including those of the backend: `tableName`, `prefix`, … */
  readonly [option: string]: unknown;
}

/** The default export of `kairos.config.mjs`. */
export interface KairosConfig<N extends string = string> {
  readonly timeseries: { readonly [name in N]: TimeseriesConfig };
  /** Where `kairos serve` stores lines from Carbon and statsd clients. Rules apply in this order. */
  readonly rules?: readonly Rule<NoInfer<N>>[];
}

/**
 * Adds types to the configuration file of the command. Returns the configuration unchanged.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@kairos/cli';
 *
 * export default defineConfig({
 *   timeseries: {
 *     hits: { source: 'sqlite:hits.sqlite', type: 'count', intervals: { minute: { step: 60 } } },
 *   },
 *   rules: [{ match: 'app.http.status.<code>', timeseries: 'hits', name: 'http.<code>' }],
 * });
 * ```
 */
export function defineConfig<const N extends string>(config: KairosConfig<N>): KairosConfig<N> {
  return config;
}

const DEFAULT_FILE = 'kairos.config.mjs';

/**
 * Loads the given file, or the one in the current folder if it exists. Node caches modules: to read the file
 * again, pass how many times you have loaded it.
 */
export async function loadConfig(given: string | undefined, times = 0): Promise<KairosConfig | null> {
  const path = resolve(given ?? DEFAULT_FILE);
  if (!(await exists(path))) {
    if (given === undefined) return null;
    throw new UsageError(`There is no file ${path}; expected the configuration`);
  }
  const { default: config } = await imported(path, times);
  if (isConfig(config)) return config;
  throw new UsageError(
    `${path} exports no configuration; expected "export default { timeseries: { name: { source, type } } }"`,
  );
}

async function imported(path: string, times: number): Promise<{ readonly default?: unknown }> {
  try {
    return await import(`${pathToFileURL(path).href}${times === 0 ? '' : `?${times}`}`);
  } catch (error) {
    throw new UsageError(`${path} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function isConfig(config: unknown): config is KairosConfig {
  if (typeof config !== 'object' || config === null || !('timeseries' in config)) return false;
  if ('rules' in config && config.rules !== undefined && !Array.isArray(config.rules)) return false;
  return typeof config.timeseries === 'object' && config.timeseries !== null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
