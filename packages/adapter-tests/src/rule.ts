import type { StoreUnderTest } from './harness/store-under-test.js';
import type { ConformanceFactory } from './options.js';

/** Defines one test of a rule. */
export type DefineRuleTest = (sentence: string, run: (store: StoreUnderTest) => Promise<void>) => void;

/** A rule of the contract and its tests. */
export interface Rule {
  readonly title: string;
  /** Defines the tests. The factory's optional parts decide only about tests that cannot run without them. */
  define(it: DefineRuleTest, factory: ConformanceFactory): void;
}

export function rule(title: string, define: Rule['define']): Rule {
  return { title, define };
}
