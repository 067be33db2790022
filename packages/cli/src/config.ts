import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IntervalsOptions, TimeseriesType } from '@kairos/core';
import { UsageError } from './exit-codes.js';

/** A timeseries by name: the source and the options of `kairos.timeseries`. */
export interface TimeseriesConfig {
  /** A URL, or a handle of a driver. */
  readonly source: string | object;
  readonly type: TimeseriesType;
  /** Recorded by commands that write; as they are recorded in the store, where they are left out. */
  readonly intervals?: IntervalsOptions;
  readonly timezone?: string;
  /** The other options of `kairos.timeseries`, those of the backend too: `tableName`, `prefix`, … */
  readonly [option: string]: unknown;
}

/** What `kairos.config.mjs` exports as its default. */
export interface KairosConfig {
  readonly timeseries: { readonly [name: string]: TimeseriesConfig };
}

/**
 * Types the configuration file of the command; returns it as it is.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@kairos/cli';
 *
 * export default defineConfig({
 *   timeseries: {
 *     hits: { source: 'sqlite:hits.sqlite', type: 'count', intervals: { minute: { step: 60 } } },
 *   },
 * });
 * ```
 */
export function defineConfig(config: KairosConfig): KairosConfig {
  return config;
}

const DEFAULT_FILE = 'kairos.config.mjs';

/** Loads the file that was given, or the one of the current folder, if there is one. */
export async function loadConfig(given: string | undefined): Promise<KairosConfig | null> {
  const path = resolve(given ?? DEFAULT_FILE);
  if (!(await exists(path))) {
    if (given === undefined) return null;
    throw new UsageError(`There is no file ${path}; expected the configuration`);
  }
  const { default: config }: { default?: unknown } = await import(pathToFileURL(path).href);
  if (isConfig(config)) return config;
  throw new UsageError(
    `${path} exports no configuration; expected "export default { timeseries: { name: { source, type } } }"`,
  );
}

function isConfig(config: unknown): config is KairosConfig {
  if (typeof config !== 'object' || config === null || !('timeseries' in config)) return false;
  return typeof config.timeseries === 'object' && config.timeseries !== null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
