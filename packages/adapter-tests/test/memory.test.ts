import { conformance, MemoryStore, memory } from '@kairos/adapter-tests';

conformance({
  name: 'memory',
  test: { describe, it, beforeAll, afterAll },
  factory: {
    backend: memory,
    source: () => new MemoryStore(),
    options: (namespace) => ({ namespace }),
  },
});
