import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProcessFactory } from '../options.js';
import type { Report, Task } from './task.js';

/** A child process that has nothing left to do ends at once. This allows for a busy machine. */
const END_SECONDS = 10;

/** The built worker, also when running from the sources: `src` and `dist` have the same layout. */
const worker = fileURLToPath(new URL('../../dist/processes/worker.js', import.meta.url));

/** Runs each task in its own process, all starting at the same moment. Resolves when all have ended by themselves. */
export async function runInProcesses(
  factory: ProcessFactory,
  tasks: readonly Omit<Task, 'module' | 'export'>[],
): Promise<void> {
  assert.ok(existsSync(worker), `${worker} is not there: build @kairos/adapter-tests first`);
  const { module, export: name } = factory;
  const location = String(module);
  const url = location.startsWith('file:') ? location : pathToFileURL(location).href;
  const children = tasks.map((task) => new Child({ ...task, module: url, export: name }));
  try {
    for (const child of children) await child.told('ready');
    for (const child of children) child.go();
    for (const child of children) await child.told('done');
    for (const child of children) await child.ended();
  } finally {
    for (const child of children) child.kill();
  }
}

class Child {
  readonly #process: ChildProcess;
  readonly #exit: Promise<number | null>;
  readonly #reports: Report[] = [];
  readonly #waiting: (() => void)[] = [];
  #output = '';
  /** Why the process could not be started or reached. */
  #error: Error | undefined;

  constructor(task: Task) {
    const child = fork(worker, {
      // Set explicitly, because jest gives tests their own environment.
      env: { ...process.env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process = child;
    this.#exit = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#error ??= error;
        resolve(null);
        this.#wake();
      });
      child.on('exit', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    child.stderr?.on('data', (chunk) => {
      this.#output += String(chunk);
    });
    child.on('message', (message) => {
      // Sent as text: objects from another realm than the runner's compare unequal.
      this.#reports.push(JSON.parse(String(message)));
      this.#wake();
    });
    child.send(JSON.stringify(task));
  }

  go(): void {
    this.#process.send('go');
  }

  async told(what: 'ready' | 'done'): Promise<void> {
    for (;;) {
      const failure = this.#reports.find((report) => 'failed' in report);
      if (failure !== undefined) assert.fail(`A child process failed: ${failure.failed}`);
      if (this.#reports.some((report) => what in report)) return;
      if (this.#error !== undefined) assert.fail(`A child process could not be started: ${this.#error}`);
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
        assert.fail(`A child process ended before it was ${what}: ${this.#output}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async ended(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), END_SECONDS * 1000);
    });
    const code = await Promise.race([this.#exit, late]);
    clearTimeout(timer);
    assert.notEqual(code, 'late', 'after close, something keeps the process alive');
    assert.equal(code, 0, `a child process ended with ${code}: ${this.#output}`);
  }

  kill(): void {
    if (this.#process.exitCode === null) this.#process.kill('SIGKILL');
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
