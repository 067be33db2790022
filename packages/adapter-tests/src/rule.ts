import type { StoreUnderTest } from './harness/store-under-test.js';

/** Defines one test of a rule. */
export type DefineRuleTest = (sentence: string, run: (store: StoreUnderTest) => Promise<void>) => void;

/** A rule of the contract and its tests. */
export interface Rule {
  readonly title: string;
  define(it: DefineRuleTest): void;
}

export function rule(title: string, define: (it: DefineRuleTest) => void): Rule {
  return { title, define };
}
