import { UnsupportedOperationError } from '../errors.js';
import { retentionAt } from '../schema/retention.js';
import type { Store } from '../store/store.js';
import { checkName } from '../values/name.js';
import { describeValue } from '../values/value.js';
import type { Writer } from './writer.js';

/** Deletes a name after the inserts before this call have settled. */
export async function deleteName(store: Store, writer: Writer, given: unknown): Promise<void> {
  const name = checkName(given, store.adapter.capabilities.nul);
  await store.call(`delete of ${describeValue(name)}`, async () => {
    await writer.combined();
    await store.adapter.delete(name);
  });
}

/** Deletes every name and the record after the inserts before this call have settled. */
export async function deleteAll(store: Store, writer: Writer): Promise<void> {
  try {
    await store.call('deleteAll', async () => {
      await writer.combined();
      await store.adapter.deleteAll();
    });
  } finally {
    writer.forgetRecord();
  }
}

/** Deletes data past its retention, of one name or of all, if the store does not do so by itself. */
export async function expire(store: Store, given: unknown): Promise<void> {
  const { schema, adapter } = store;
  const name = given === undefined ? undefined : checkName(given, adapter.capabilities.nul);
  const { expire: expireIn, capabilities } = adapter;
  if (expireIn === undefined || capabilities.expiry === 'native') {
    throw new UnsupportedOperationError(
      'The store deletes expired data by itself; expire is for stores that do not',
    );
  }
  const retention = retentionAt(schema, schema.clock());
  await store.call('expire', () => expireIn.call(adapter, name, retention));
}
