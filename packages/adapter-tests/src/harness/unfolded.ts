import type { Backend, Retention, StorageAdapter, TimeseriesType } from '@kairos/core';
import { opening } from './opening.js';

/** A backend whose adapters never see the `fold` of a query. */
export function unfolded(backend: Backend): Backend {
  return opening(backend, untold);
}

function untold<T extends TimeseriesType>(adapter: StorageAdapter<T>): StorageAdapter<T> {
  const { expire } = adapter;
  return {
    capabilities: adapter.capabilities,
    encode: (value) => adapter.encode(value),
    write: (writes, options) => adapter.write(writes, options),
    read: ({ fold: _, ...query }, fetch) => adapter.read(query, fetch),
    list: (retention, prefix) => adapter.list(retention, prefix),
    bounds: (names, retention) => adapter.bounds(names, retention),
    delete: (name) => adapter.delete(name),
    deleteAll: () => adapter.deleteAll(),
    ...(expire === undefined
      ? {}
      : {
          expire: (name: string | undefined, retention: Retention) => expire.call(adapter, name, retention),
        }),
    readRecord: () => adapter.readRecord(),
    writeRecord: (text, expected) => adapter.writeRecord(text, expected),
    close: () => adapter.close(),
  };
}
