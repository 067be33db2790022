import { optionError, textOption } from '@kairos/core';
import type { ChainableCommander } from 'ioredis';

/** This backend's own options of `kairos.timeseries`. */
export interface RedisOptions {
  /** Every key of the timeseries begins with it and a colon. Default: `"kairos"`. */
  readonly prefix?: string;
}

/** This backend's own options of `insert` and `bulkInsert`. */
export interface RedisInsertOptions {
  /**
   * An ioredis pipeline or transaction to add the insert to. Nothing is sent: you execute it and check its replies. The
   * insert resolves at once.
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
