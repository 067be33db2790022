import { MemoryStore } from '@kairos/adapter-tests';
import { FrugalAdapter } from '../src/memory/frugal-adapter.js';
import { MemoryAdapter } from '../src/memory/memory-adapter.js';
import { type MemoryAdapterClass, memoryBackend } from '../src/memory/memory-backend.js';
import { mutants } from '../src/memory/mutants/index.js';
import type { ConformanceFactory } from '../src/options.js';
import { rules } from '../src/rules/index.js';
import { outcomeOf } from './support/collect.js';
import { roundTripsOf } from './support/round-trips.js';

function factoryOf(adapter: MemoryAdapterClass, typed: boolean): ConformanceFactory {
  const store = new MemoryStore();
  return {
    backend: memoryBackend(adapter, ['namespace', 'valueType']),
    source: () => store,
    options: (namespace) => ({ namespace }),
    failing: async (target) => {
      const undo = store.refuse(target);
      return async () => undo();
    },
    roundTrips: (work) => roundTripsOf(store, work),
    ...(typed ? { values: { text: { valueType: 'text' } } } : {}),
  };
}

describe('The suite', () => {
  it('finds nothing wrong with an adapter that keeps every rule', async () => {
    for (const [adapter, typed] of [
      [MemoryAdapter, false],
      [FrugalAdapter, true],
    ] as const) {
      const { tests, failures } = await outcomeOf(rules, factoryOf(adapter, typed));
      expect([...failures]).toEqual([]);
      expect(tests).toBeGreaterThan(350);
    }
  });

  it('has mutants of every rule', () => {
    expect(rules.filter((rule) => !mutants.some((mutant) => mutant.rule === rule))).toEqual([]);
  });
});

describe(`Each of ${mutants.length} mutants is caught by the rule that it breaks`, () => {
  for (const { rule, fault, adapter, typed } of mutants) {
    it(`${rule.title}: an adapter that ${fault}`, async () => {
      const { failures } = await outcomeOf([rule], factoryOf(adapter, typed));
      expect(failures.size).toBeGreaterThan(0);
    });
  }
});
