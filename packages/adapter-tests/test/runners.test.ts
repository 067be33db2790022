import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MemoryStore, memory } from '@kairos/adapter-tests';
import { defineRules } from '../src/conformance.js';
import { rules } from '../src/rules/index.js';

const folder = join(__dirname, 'runners');
const { resolve } = createRequire(__filename);

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How to start each runner, and where its output has the counts. */
const runners: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly counts: (output: string) => Counts;
}[] = [
  {
    name: 'node:test',
    args: ['--test', '--test-reporter=tap', join(folder, 'node-test.mjs')],
    counts: (output) => ({
      passed: tapCount(output, 'pass'),
      failed: tapCount(output, 'fail'),
      skipped: tapCount(output, 'skipped') + tapCount(output, 'todo') + tapCount(output, 'cancelled'),
    }),
  },
  {
    name: 'vitest',
    args: [
      join(dirname(resolve('vitest/package.json')), 'vitest.mjs'),
      'run',
      `--root=${folder}`,
      '--reporter=json',
    ],
    counts: jsonCounts,
  },
  {
    name: 'jest',
    args: [
      '--experimental-vm-modules',
      join(dirname(resolve('jest/package.json')), 'bin/jest.js'),
      `--config=${JSON.stringify({ rootDir: folder, testMatch: ['**/jest.mjs'], moduleFileExtensions: ['mjs', 'js'], transform: {} })}`,
      '--json',
    ],
    counts: jsonCounts,
  },
];

function tapCount(output: string, what: string): number {
  return Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1]);
}

function jsonCounts(output: string): Counts {
  const report: { readonly [count: string]: number } = JSON.parse(output.slice(output.indexOf('{"')));
  const count = (name: string) => Number(report[name]);
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests'),
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
}

function start(args: readonly string[], mutant: string): Promise<{ code: unknown; output: string }> {
  // Runners detect each other by their variables, so a child starts without this one's.
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  const options = { env: { ...env, KAIROS_MUTANT: mutant }, cwd: folder, maxBuffer: 2 ** 26 };
  return new Promise((done) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : error.code, output: stdout || stderr });
    });
  });
}

function numberOfTests(): number {
  let tests = 0;
  const test = {
    describe: (_: string, define: () => void) => define(),
    it: () => tests++,
    before: () => undefined,
    after: () => undefined,
  };
  const factory = { backend: memory, source: () => new MemoryStore(), options: () => ({}) };
  defineRules(rules, test, factory);
  return tests;
}

describe('The suite runs under', () => {
  for (const { name, args, counts } of runners) {
    it(`${name}, where every test passes`, async () => {
      const { code, output } = await start(args, '');
      expect({ code, ...counts(output) }).toEqual({
        code: 0,
        passed: numberOfTests(),
        failed: 0,
        skipped: 0,
      });
    }, 120_000);

    it(`${name}, which fails where the adapter has a fault`, async () => {
      const { code, output } = await start(args, 'sorts a series');
      const { passed, failed, skipped } = counts(output);
      expect(code).toBe(1);
      expect(failed).toBeGreaterThan(0);
      expect({ all: passed + failed, skipped }).toEqual({ all: numberOfTests(), skipped: 0 });
    }, 120_000);
  }
});
