import { optionError, textOption } from '@kairos/core';
import type { ChainableCommander } from 'ioredis';

/** The options of `kairos.timeseries` that are this backend's own. */
export interface RedisOptions {
  /** What every key of the timeseries begins with, before a colon; `"kairos"` where it is left out. */
  readonly prefix?: string;
}

/** The options of `insert` and `bulkInsert` that are this backend's own. */
export interface RedisInsertOptions {
  /**
   * A pipeline or transaction of ioredis to add the insert to. Nothing is sent: the caller executes it and checks
   * its replies, and the insert resolves at once.
   */
  readonly pipeline?: ChainableCommander;
}

const DEFAULT_PREFIX = 'kairos';

export function prefixOption(options: Readonly<Record<string, unknown>>): string {
  return textOption('prefix', options.prefix, DEFAULT_PREFIX);
}

export function pipelineOption(options: Readonly<Record<string, unknown>>): ChainableCommander | undefined {
  const { pipeline } = options;
  if (pipeline === undefined) return undefined;
  if (isPipeline(pipeline)) return pipeline;
  throw optionError('pipeline', pipeline, 'what pipeline() or multi() of an ioredis client returns');
}

function isPipeline(candidate: unknown): candidate is ChainableCommander {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    ['eval', 'evalsha', 'exec'].every((method) => typeof Reflect.get(candidate, method) === 'function') &&
    Reflect.get(candidate, 'isPipeline') === true
  );
}
