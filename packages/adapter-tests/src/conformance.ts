import type { ConformanceOptions } from './options.js';

/**
 * Defines the tests of every rule of the contract that storage can break, for the runner that `test` comes from. The
 * capabilities that the adapter declares decide what is asked of it; what it cannot do, it has to refuse.
 *
 * @example
 * ```ts
 * import { afterAll, beforeAll, describe, it } from 'vitest';
 *
 * conformance({
 *   name: 'memory',
 *   test: { describe, it, beforeAll, afterAll },
 *   factory: {
 *     backend: memory,
 *     source: () => new MemoryStore(),
 *     options: (namespace) => ({ namespace }),
 *   },
 * });
 * ```
 */
export function conformance({ name, test }: ConformanceOptions): void {
  test.describe(`${name} keeps the contract of a storage adapter`, () => {});
}
