import type { Backend, StorageAdapter, TimeseriesType } from '@kairos/core';

/** A backend that wraps another one and each of its adapters. */
export function opening(
  backend: Backend,
  make: <T extends TimeseriesType>(adapter: StorageAdapter<T>) => StorageAdapter<T>,
): Backend {
  return {
    name: backend.name,
    contract: backend.contract,
    schemes: backend.schemes,
    options: backend.options,
    insertOptions: backend.insertOptions,
    accepts: (handle) => backend.accepts(handle),
    open: async (request) => make(await backend.open(request)),
  };
}
