import type { Backend, StorageAdapter } from '@kairos/core';

/** A backend whose adapters are never told what a read adds up. */
export function unfolded(backend: Backend): Backend {
  return {
    name: backend.name,
    contract: backend.contract,
    schemes: backend.schemes,
    options: backend.options,
    insertOptions: backend.insertOptions,
    accepts: (handle) => backend.accepts(handle),
    open: async (request) => {
      const adapter = await backend.open(request);
      const { expire } = adapter;
      const untold: StorageAdapter<typeof request.type> = {
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
          : { expire: (name: string | undefined, retention) => expire.call(adapter, name, retention) }),
        readRecord: () => adapter.readRecord(),
        writeRecord: (text, expected) => adapter.writeRecord(text, expected),
        close: () => adapter.close(),
      };
      return untold;
    },
  };
}
