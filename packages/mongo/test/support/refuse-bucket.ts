import type { FailingTarget } from '@kairos/adapter-tests';
import { MongoClient } from 'mongodb';

/** Makes a validator refuse the bucket. The writer sees the same as for any other error of the server. */
export async function refuseBucket(
  url: string,
  { namespace, type, name, interval, bucket, resolution }: FailingTarget,
) {
  const client = new MongoClient(url);
  const collMod = `kairos_${type}`;
  const place =
    type === 'count' || type === 'gauge'
      ? { [`buckets.${bucket}`]: { $exists: true } }
      : { bucket, resolution };
  const validator = { $nor: [{ name, interval, ...place }] };
  await client.db(namespace).command({ collMod, validator });
  return async () => {
    await client.db(namespace).command({ collMod, validator: {} });
    await client.close();
  };
}
