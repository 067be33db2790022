import {
  type Backend,
  type BackendTypes,
  CONTRACT_VERSION,
  type OpenRequest,
  type StorageAdapter,
  type TimeseriesType,
} from '@kairos/core';
import { MemoryAdapter } from './memory-adapter.js';
import { MemoryStore } from './memory-store.js';

export interface MemoryOptions {
  /** Keeps the data apart from that of other namespaces. Default: `""`. */
  namespace?: string;
}

/** The types that the in-memory backend contributes. */
export interface MemoryTypes extends BackendTypes {
  options: MemoryOptions;
  insertOptions: Record<never, never>;
  /** Receives the data of each bucket that is read. */
  fetch: (data: unknown, name: string, bucket: number) => unknown;
  values: Record<never, never>;
}

/** The class of an adapter over a `MemoryStore`: `MemoryAdapter`, or a variation of it. */
export type MemoryAdapterClass = new <T extends TimeseriesType>(request: OpenRequest<T>) => StorageAdapter<T>;

/** A backend that opens adapters of some class in a `MemoryStore`. */
export function memoryBackend(
  Adapter: MemoryAdapterClass,
  options: readonly string[] = ['namespace'],
): Backend<MemoryTypes> {
  return {
    name: 'memory',
    contract: CONTRACT_VERSION,
    schemes: ['memory'],
    options,
    insertOptions: [],
    accepts: (handle) => handle instanceof MemoryStore,
    open: async (request) => new Adapter(request),
  };
}

/**
 * The reference backend: the whole contract over nested maps, in one process. It proves the conformance suite, and
 * serves as a store for tests of programs that use Kairos. The handle is a `MemoryStore`; each `memory:` URL opens a
 * new one.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([memory]);
 * const hits = await kairos.timeseries(new MemoryStore(), { type: 'count', intervals: { minute: { step: 60 } } });
 * ```
 */
export const memory = memoryBackend(MemoryAdapter);
