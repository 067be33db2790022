/** Finite amounts whose sum in a bucket exceeds what any store can hold. */
import assert from 'node:assert/strict';
import type { BucketWrite, WriteFailure } from '@kairos/core';
import { rejects, timeline } from '../harness/compare.js';
import { HOUR, MINUTE, T } from '../harness/model.js';
import type { StoreUnderTest } from '../harness/store-under-test.js';

const intervals = {
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
  day: { step: 86_400 },
} as const;
const DAY = HOUR - (HOUR % 86_400);

/** More than half of the largest double. */
const HUGE = 1e308;

export async function countThatOverflows(store: StoreUnderTest): Promise<void> {
  const count = await store.shared('count', intervals);
  for (const huge of [HUGE, -HUGE]) {
    const name = store.name();
    const insert = (amount: number, timestamp = T) => count.insert(name, amount, { timestamp });
    const holds = async (minute: number, next: number) => {
      const range = { start: T, end: T + 60 };
      const minutes = [
        [MINUTE, minute],
        [MINUTE + 60, next],
      ];
      assert.deepEqual(timeline(await count.series(name, 'minute', range)), minutes);
      const [[, resolutions = new Map()] = []] = await count.series(name, 'hour', range);
      assert.deepEqual(
        timeline(resolutions),
        minutes.filter(([, amount]) => amount !== 0),
      );
      assert.deepEqual(timeline(await count.get(name, 'day', { timestamp: T })), [[DAY, minute + next]]);
    };
    if (!takes(store, count, huge)) {
      await rejects(() => insert(huge), 'KAIROS_INVALID_VALUE');
      assert.deepEqual(await count.properties(name), {});
      continue;
    }
    await insert(huge);
    await rejects(() => insert(huge), 'KAIROS_STORAGE');
    await holds(huge, 0);

    // Only the write of the day overflows.
    const { atomicEvents } = store.capabilities;
    if (atomicEvents) {
      await rejects(() => insert(huge, T + 60), 'KAIROS_STORAGE');
      await holds(huge, 0);
    }

    const bulk = new Map([[T, { [name]: [huge], [`${name} beside`]: [5] }]]);
    await rejects(() => count.bulkInsert(bulk), 'KAIROS_BULK_INSERT');
    await holds(huge, 0);

    const adapter = store.adapterOf(count);
    const writes: BucketWrite[] = Object.entries(intervals).map(([interval, { step }]) => ({
      name,
      interval,
      bucket: Math.floor(T / step),
      resolution: interval === 'hour' ? MINUTE / 60 : 0,
      data: huge,
      expiresAt: null,
    }));
    assertFailed(writes, await adapter.write(writes, {}));
    await holds(huge, 0);

    await insert(-huge);
    await insert(-huge / 2);
    await insert(huge / 2, T + 60);
    const [[, left] = []] = await count.get(name, 'day', { timestamp: T });
    assert.equal(left, 0, 'the bucket still takes writes');
  }
}

/** A histogram with counts so high that only the adapter can write them. A store may refuse even the first. */
export async function histogramThatOverflows(store: StoreUnderTest): Promise<void> {
  const histogram = await store.shared('histogram', intervals);
  const adapter = store.adapterOf(histogram);
  const name = store.name();
  const options = { timestamp: T };
  await histogram.insert(name, [7, 8, 8], options);
  const writes: BucketWrite[] = [
    {
      name,
      interval: 'minute',
      bucket: MINUTE / 60,
      resolution: 0,
      data: new Map([[7, HUGE]]),
      expiresAt: null,
    },
  ];
  const first = await adapter.write(writes, {}).catch(() => undefined);
  const taken = first !== undefined && first.length === 0;
  if (taken) assertFailed(writes, await adapter.write(writes, {}));
  const counts = new Map([
    [7, taken ? HUGE : 1],
    [8, 2],
  ]);
  assert.deepEqual(timeline(await histogram.get(name, 'minute', options)), [[MINUTE, counts]]);
  await histogram.insert(name, 8, options);
  counts.set(8, 3);
  assert.deepEqual(timeline(await histogram.get(name, 'minute', options)), [[MINUTE, counts]]);
}

function takes(store: StoreUnderTest, count: object, amount: number): boolean {
  try {
    store.adapterOf(count).encode(amount);
    return true;
  } catch {
    return false;
  }
}

function assertFailed(writes: readonly BucketWrite[], failures: readonly WriteFailure[]): void {
  const fates = writes.map((write) => failures.find((failure) => failure.write === write)?.fate ?? 'stored');
  const failed = writes.map(() => 'failed');
  assert.deepEqual(fates, failed, 'overflowing writes are reported as failed');
}
