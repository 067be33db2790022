import type { MemoryStore } from '@kairos/adapter-tests';

export async function roundTripsOf(store: MemoryStore, work: () => Promise<unknown>): Promise<number> {
  const before = store.roundTrips;
  await work();
  return store.roundTrips - before;
}
