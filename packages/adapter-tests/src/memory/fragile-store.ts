import { setTimeout as sleep } from 'node:timers/promises';
import type { TimeseriesType } from '@kairos/core';
import { type MemoryNamespace, type MemoryPlace, MemoryStore } from './memory-store.js';

/** Leads to another store over a connection that takes time and can be cut. */
export class FragileStore extends MemoryStore {
  readonly #store: Pick<MemoryStore, 'namespace' | 'refuses'>;
  #cuts = 0;

  constructor(store: Pick<MemoryStore, 'namespace' | 'refuses'>) {
    super();
    this.#store = store;
  }

  override namespace(namespace: string, type: TimeseriesType): MemoryNamespace {
    return this.#store.namespace(namespace, type);
  }

  override refuses(place: MemoryPlace): boolean {
    return this.#store.refuses(place);
  }

  /** Cuts the requests in flight. Each may or may not be carried out; none is answered. */
  cut(): void {
    this.#cuts++;
  }

  override async carry<R>(request: () => R): Promise<R> {
    const before = this.#cuts;
    await sleep(3);
    if (this.#cuts === before) return request();
    if (this.#cuts % 2 === 1) request();
    throw new Error('The connection is lost');
  }
}
