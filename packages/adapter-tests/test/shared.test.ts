import childProcess from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineRules } from '../src/conformance.js';
import { FileStore, fileBackend, type Locking } from '../src/memory/file-adapter.js';
import type { ConformanceFactory } from '../src/options.js';
import { closingRule } from '../src/rules/closing.js';
import { concurrencyRule } from '../src/rules/concurrency.js';
import { recordRule } from '../src/rules/record.js';
import { outcomeOf } from './support/collect.js';

const folder = mkdtempSync(join(tmpdir(), 'kairos-file-store-'));
process.env.KAIROS_FILE_STORE = folder;
afterAll(() => rmSync(folder, { recursive: true }));

function factoryOf(locking: Locking, exported: string): ConformanceFactory {
  return {
    backend: fileBackend(locking),
    source: () => new FileStore(folder),
    options: (namespace) => ({ namespace }),
    process: { module: pathToFileURL(join(__dirname, 'support/file-factories.mjs')), export: exported },
  };
}

const hooks = { describe, it, beforeAll, afterAll };

describe('A store that processes share', () => {
  defineRules([concurrencyRule, recordRule, closingRule], hooks, factoryOf('locked', 'locked'));
});

describe('The tests with several processes catch', () => {
  const two = 'two processes that write the same buckets lose nothing';
  const several = 'several processes can open the same new timeseries at once';
  const failureOf = async (sentence: string, factory: ConformanceFactory) => {
    const { failures } = await outcomeOf([concurrencyRule], factory, (each) => each === sentence);
    return failures.get(sentence);
  };

  // The parent works correctly, so any failure comes from the child processes.
  it("writers that lose each other's updates", async () => {
    expect(await failureOf(two, factoryOf('locked', 'writesUnlocked'))).toContain('deep-equal');
  });

  it('an adapter that keeps the process alive after close', async () => {
    const failure = await failureOf(several, factoryOf('locked', 'keepsAlive'));
    expect(failure).toContain('keeps the process alive');
  });

  it('a module that exports no factory, and a missing module', async () => {
    expect(await failureOf(two, factoryOf('locked', 'nothing'))).toContain('exports no "nothing"');
    const lost = { ...factoryOf('locked', 'locked'), process: { module: '/nowhere.mjs', export: 'locked' } };
    expect(await failureOf(several, lost)).toContain('nowhere.mjs');
  });

  it('processes that cannot be started, without waiting for them', async () => {
    const { fork } = childProcess;
    const lost = jest
      .spyOn(childProcess, 'fork')
      .mockImplementation((module, options) => fork(module, { ...options, execPath: '/nowhere/node' }));
    try {
      expect(await failureOf(two, factoryOf('locked', 'locked'))).toContain('could not be started');
    } finally {
      lost.mockRestore();
    }
  });

  it("openings that lose each other's records", async () => {
    const sentence = 'concurrently added intervals are all recorded';
    const failure = await failureOf(sentence, factoryOf('record unlocked', 'locked'));
    expect(failure).toContain('expected KAIROS_CONFIGURATION');
  });

  it('a declaration of "shared" without a way to start processes', async () => {
    const { process: _, ...factory } = factoryOf('locked', 'locked');
    expect(await failureOf(two, factory)).toContain('give the factory a "process"');
  });
});
