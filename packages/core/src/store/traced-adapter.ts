import type { StorageAdapter } from '../adapter.js';
import type { Schema } from '../schema/schema.js';
import { countBuckets } from '../time/interval.js';
import { type StoreCall, type StoreOperation, traced } from './diagnostics.js';

/** An adapter whose calls are published, except its writes: `Store` publishes these, with their number of inserts. */
export function tracedAdapter(
  backend: string,
  { type, intervals }: Schema,
  adapter: StorageAdapter,
): StorageAdapter {
  const trace = <R>(
    operation: StoreOperation,
    about: () => Omit<StoreCall, 'backend' | 'type'>,
    work: () => Promise<R>,
  ) => traced(operation, () => ({ backend, type, ...about() }), work);
  const { expire } = adapter;
  return {
    capabilities: adapter.capabilities,
    encode: (value) => adapter.encode(value),
    write: (writes, options) => adapter.write(writes, options),
    read: (query, fetch) => {
      const { names, interval, first, last } = query;
      const about = () => {
        const step = intervals.get(interval)?.step;
        const buckets = step === undefined ? {} : { buckets: countBuckets(step, first, last) };
        return { interval, names: names.length, ...buckets };
      };
      return trace('read', about, () => adapter.read(query, fetch));
    },
    list: (retention, prefix) =>
      trace(
        'list',
        () => ({}),
        () => adapter.list(retention, ...(prefix === undefined ? [] : [prefix])),
      ),
    bounds: (names, retention) => {
      const [interval, ...others] = retention.keys();
      const one = interval === undefined || others.length > 0 ? {} : { interval };
      return trace(
        'properties',
        () => ({ names: names.length, ...one }),
        () => adapter.bounds(names, retention),
      );
    },
    delete: (name) =>
      trace(
        'delete',
        () => ({ names: 1 }),
        () => adapter.delete(name),
      ),
    deleteAll: () =>
      trace(
        'deleteAll',
        () => ({}),
        () => adapter.deleteAll(),
      ),
    ...(expire === undefined
      ? {}
      : {
          expire: (name: string | undefined, retention) =>
            trace(
              'expire',
              () => (name === undefined ? {} : { names: 1 }),
              () => expire.call(adapter, name, retention),
            ),
        }),
    readRecord: () => adapter.readRecord(),
    writeRecord: (text, expected) => adapter.writeRecord(text, expected),
    close: () =>
      trace(
        'close',
        () => ({}),
        () => adapter.close(),
      ),
  };
}
