import { conformance, MemoryStore } from '@kairos/adapter-tests';
import { FrugalAdapter } from '../src/memory/frugal-adapter.js';
import { memoryBackend } from '../src/memory/memory-backend.js';
import { roundTripsOf } from './support/round-trips.js';

const store = new MemoryStore();

conformance({
  name: 'a store that can do no more than it must',
  test: { describe, it, beforeAll, afterAll },
  factory: {
    backend: memoryBackend(FrugalAdapter, ['namespace', 'valueType']),
    source: () => store,
    options: (namespace) => ({ namespace }),
    values: { text: { valueType: 'text' } },
    failing: async (target) => {
      const undo = store.refuse(target);
      return async () => undo();
    },
    roundTrips: (work) => roundTripsOf(store, work),
  },
});
