import { conformance, MemoryStore, memory } from '@kairos/adapter-tests';
import { roundTripsOf } from './support/round-trips.js';

const store = new MemoryStore();

conformance({
  name: 'memory',
  test: { describe, it, beforeAll, afterAll },
  factory: {
    backend: memory,
    source: () => store,
    options: (namespace) => ({ namespace }),
    failing: async (target) => {
      const undo = store.refuse(target);
      return async () => undo();
    },
    roundTrips: (work) => roundTripsOf(store, work),
  },
});
