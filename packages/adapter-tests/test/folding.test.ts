import { conformance, MemoryStore } from '@kairos/adapter-tests';
import { FoldingAdapter } from '../src/memory/folding-adapter.js';
import { memoryBackend } from '../src/memory/memory-backend.js';
import { roundTripsOf } from './support/round-trips.js';

const store = new MemoryStore();

conformance({
  name: 'a store that adds up all it may',
  test: { describe, it, beforeAll, afterAll },
  factory: {
    backend: memoryBackend(FoldingAdapter),
    source: () => store,
    options: (namespace) => ({ namespace }),
    roundTrips: (work) => roundTripsOf(store, work),
  },
});
