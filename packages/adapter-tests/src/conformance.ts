import { StoreUnderTest } from './harness/store-under-test.js';
import type { ConformanceFactory, ConformanceOptions, TestFunctions } from './options.js';
import type { Rule } from './rule.js';
import { rules } from './rules/index.js';

/** Runners stop a test after a few seconds by default. Several processes on a busy machine may need more. */
const TIMEOUT = 120_000;

/**
 * Defines the tests of every rule of the contract that storage can break, in the runner whose functions you pass. The
 * capabilities that the adapter declares decide what is tested; the adapter must refuse what it cannot do.
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
export function conformance({ name, test, factory }: ConformanceOptions): void {
  test.describe(`${name} keeps the contract of storage adapters`, () => {
    defineRules(rules, test, factory);
  });
}

/** Defines the tests of some rules, in a group that the caller has opened. */
export function defineRules(
  defined: readonly Rule[],
  test: TestFunctions,
  factory: ConformanceFactory,
): void {
  const store = new StoreUnderTest(factory);
  const { before, after } = hooksOf(test);
  before(() => store.start());
  for (const { title, define } of defined) {
    const tests: [sentence: string, run: (store: StoreUnderTest) => Promise<void>][] = [];
    define((sentence, run) => tests.push([sentence, run]), factory);
    // Runners treat a group without tests as a mistake.
    if (tests.length === 0) continue;
    test.describe(title, () => {
      for (const [sentence, run] of tests) test.it(sentence, () => run(store), TIMEOUT);
      after(() => store.closeOpened());
    });
  }
  after(() => store.end());
}

type DefineHook = (run: () => Promise<void>) => unknown;

function hooksOf(test: TestFunctions): { readonly before: DefineHook; readonly after: DefineHook } {
  if ('before' in test) return test;
  return {
    before: (run) => test.beforeAll(run, TIMEOUT),
    after: (run) => test.afterAll(run, TIMEOUT),
  };
}
