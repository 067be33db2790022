import { isError } from '@kairos/core';
import { defineRules } from '../../src/conformance.js';
import type { ConformanceFactory } from '../../src/options.js';
import type { Rule } from '../../src/rule.js';

/** The number of tests, and the message of each failed one by its sentence. */
export interface Outcome {
  readonly tests: number;
  readonly failures: ReadonlyMap<string, string>;
  /** Failures of the work after the tests. */
  readonly leftovers: readonly string[];
}

/** Runs the tests of some rules directly, without a test runner, and returns the outcome. */
export async function outcomeOf(
  rules: readonly Rule[],
  factory: ConformanceFactory,
  isWanted: (sentence: string) => boolean = () => true,
): Promise<Outcome> {
  const befores: (() => Promise<void>)[] = [];
  const afters: (() => Promise<void>)[] = [];
  const tests: { readonly sentence: string; readonly run: () => Promise<void> }[] = [];
  const test = {
    describe: (_: string, define: () => void) => define(),
    it: (sentence: string, run: () => Promise<void>) => {
      if (isWanted(sentence)) tests.push({ sentence, run });
    },
    before: (run: () => Promise<void>) => befores.push(run),
    after: (run: () => Promise<void>) => afters.push(run),
  };
  defineRules(rules, test, factory);
  const failures = new Map<string, string>();
  const leftovers: string[] = [];
  for (const run of befores) await run();
  for (const { sentence, run } of tests) {
    await run().catch((error: unknown) => {
      failures.set(sentence, messageOf(error));
    });
  }
  for (const run of afters) await run().catch((error: unknown) => leftovers.push(messageOf(error)));
  return { tests: tests.length, failures, leftovers };
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
