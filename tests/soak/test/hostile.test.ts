import { MemoryStore, memory } from '@kairos/adapter-tests';
import type { Backend, StorageAdapter } from '@kairos/core';
import fc from 'fast-check';
import { programs } from '../src/hostile/programs.mjs';
import { runProgram } from '../src/hostile/run-program.mjs';
import { same, slackOf } from '../src/hostile/same.mjs';
import { itOn, main } from './main.js';

describe.each(['sqlite', 'postgres', 'redis'])('generated programs on %s', (store) => {
  itOn(store)(
    'are answered as by the reference model, step by step',
    async () => {
      await main(store, '--hostile', '--programs', '60', '--seed', '17');
    },
    120_000,
  );
});

/** The reference itself as the store, with one of its methods replaced. */
async function check(broken: (adapter: StorageAdapter) => Partial<StorageAdapter>): Promise<boolean> {
  const capabilities = {
    expiry: 'manual',
    atomicEvents: true,
    fractionalCounts: true,
    nul: true,
    shared: false,
  };
  const backend: Backend = {
    ...memory,
    open: async (request) => {
      const adapter = await memory.open(request);
      return Object.assign(Object.create(adapter), broken(adapter));
    },
  };
  const source = new MemoryStore();
  const target = {
    backend,
    source,
    optionsOf: () => ({}),
    capabilitiesOf: () => capabilities,
    most: Number.POSITIVE_INFINITY,
  };
  const made = programs({ kinds: ['any'], fractions: true, native: false, most: 14 });
  const seen = { answered: 0, refused: 0 };
  const property = fc.asyncProperty(made, (program) => runProgram(target, program, seen));
  const { failed } = await fc.check(property, { numRuns: 150, seed: 17, endOnFailure: true });
  return !failed;
}

describe('generated programs', () => {
  it('pass on a store that is the reference', async () => {
    expect(await check(() => ({}))).toBe(true);
  });

  it.each([
    ['forgets to delete', () => ({ delete: async () => undefined })],
    [
      'finds the first name alone',
      (adapter) => ({ list: async (kept) => [...(await adapter.list(kept))].slice(0, 1) }),
    ],
    [
      'loses the last row of a read',
      (adapter) => ({ read: async (query) => [...(await adapter.read(query))].slice(0, -1) }),
    ],
    [
      'reads a bucket too many',
      (adapter) => ({ read: (query) => adapter.read({ ...query, last: query.last + 1 }) }),
    ],
    [
      'keeps a part of a write',
      (adapter) => ({ write: (writes, options) => adapter.write(writes.slice(0, 3), options) }),
    ],
    [
      'expires nothing it should and all it should not',
      (adapter) => ({
        expire: (name) => adapter.expire?.(name, new Map([['minute', 1e15]])) ?? Promise.resolve(),
      }),
    ],
  ] satisfies [string, (adapter: StorageAdapter) => Partial<StorageAdapter>][])(
    'fail on a store that %s',
    async (_, broken) => {
      expect(await check(broken)).toBe(false);
    },
  );
});

describe('two answers', () => {
  const histogram = (...values: (string | number)[]) => new Map(values.map((value) => [value, 1]));

  it('are the same if the values of a histogram come in another order', () => {
    expect(same(histogram(0, '0'), histogram('0', 0), null)).toBe(true);
  });

  it('are the same if sums of fractions differ by a last bit of the largest value', () => {
    const values = [-0.5, 2 ** 53, 1 - 2 ** 53];
    const slack = slackOf([{ values }]);
    expect([same({ sum: 0 }, { sum: 1 }, slack), same({ sum: 0 }, { sum: 1000 }, slack)]).toEqual([
      true,
      false,
    ]);
  });

  it('differ if sums of whole numbers do', () => {
    const slack = slackOf([{ inserts: [{ name: 0, values: [3, 4] }] }]);
    expect(same({ sum: 7 }, { sum: 8 }, slack)).toBe(false);
  });

  it('differ if a value of a histogram has another type', () => {
    expect(same(histogram(0, 1), histogram('0', 1), null)).toBe(false);
  });
});
