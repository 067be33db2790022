import { MemoryStore } from '@kairos/adapter-tests';
import { type Backend, ConfigurationError } from '@kairos/core';
import { FragileStore } from '../src/memory/fragile-store.js';
import { FrugalAdapter } from '../src/memory/frugal-adapter.js';
import { MemoryAdapter } from '../src/memory/memory-adapter.js';
import { type MemoryAdapterClass, memoryBackend } from '../src/memory/memory-backend.js';
import { mutants } from '../src/memory/mutants/index.js';
import type { ConformanceFactory } from '../src/options.js';
import { rules } from '../src/rules/index.js';
import { namespacesRule } from '../src/rules/namespaces.js';
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
    fragile: async () => {
      const source = new FragileStore(store);
      return { source, cut: () => source.cut(), close: async () => {} };
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
      const { tests, failures, leftovers } = await outcomeOf(rules, factoryOf(adapter, typed));
      expect([...failures, ...leftovers]).toEqual([]);
      expect(tests).toBeGreaterThan(350);
    }
  }, 120_000);

  it('finds nothing wrong with a backend that refuses capitals in namespaces', async () => {
    const factory = factoryOf(MemoryAdapter, false);
    const { backend } = factory;
    const lower: Backend = {
      ...backend,
      open: async (request) => {
        const { namespace } = request.options;
        if (/[A-Z]/.test(String(namespace)))
          throw new ConfigurationError(`Option "namespace" is ${namespace}`);
        return backend.open(request);
      },
    };
    const { failures, leftovers } = await outcomeOf([namespacesRule], { ...factory, backend: lower });
    expect([...failures, ...leftovers]).toEqual([]);
  });

  it('has mutants of every rule', () => {
    expect(rules.filter((rule) => !mutants.some((mutant) => mutant.rule === rule))).toEqual([]);
  });
});

describe(`Each of ${mutants.length} mutants is caught by the rule it breaks`, () => {
  for (const { rule, fault, adapter, typed } of mutants) {
    it(`${rule.title}: an adapter that ${fault}`, async () => {
      const { failures } = await outcomeOf([rule], factoryOf(adapter, typed));
      expect(failures.size).toBeGreaterThan(0);
    });
  }
});
