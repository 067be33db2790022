import { checkOptions } from '../option.js';
import { retentionAt } from '../schema/retention.js';
import type { Store } from '../store/store.js';
import { prefixOf } from './prefix.js';

/** The names with unexpired data that begin with the prefix in the options, sorted. */
export async function listNames(store: Store, options: unknown): Promise<string[]> {
  store.refuseClosed();
  const { prefix: given }: { prefix?: unknown } = checkOptions(options, ['prefix'], 'list');
  const wanted = prefixOf(given);
  if (wanted === null) return [];
  const { prefix, stored } = wanted;
  const { schema, adapter } = store;
  const retention = retentionAt(schema, schema.clock());
  const names = await store.call('list', () =>
    stored === '' ? adapter.list(retention) : adapter.list(retention, stored),
  );
  return [...names].filter((name) => name.startsWith(prefix)).sort();
}
