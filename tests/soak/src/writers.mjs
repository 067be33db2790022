/** The writer processes of one run. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('writer.mjs', import.meta.url));

/** A writer that takes longer than this to stop never will. */
const END_MILLISECONDS = 120_000;

export class Writers {
  #running = new Set();
  #count = 0;
  #reportBroken;
  #stopping = false;

  constructor({ store, address, folder, start, largeBulks = false }) {
    this.task = { store, address, start, largeBulks };
    this.folder = folder;
    /** The ledger of each writer, and whether the writer was killed. */
    this.ledgers = [];
    /** The slowest call in milliseconds, and the highest memory use of a writer in bytes. */
    this.seen = { slowest: 0, memory: 0 };
    this.problems = [];
    /** Rejects when a writer ends that was neither told to stop nor killed. */
    this.broken = new Promise((_, reject) => {
      this.#reportBroken = reject;
    });
    this.broken.catch(() => undefined);
  }

  /** Starts another writer. Resolves once it writes. */
  async start() {
    const writer = this.#count++;
    const path = join(this.folder, `ledger-${writer}.ndjson`);
    const task = JSON.stringify({ ...this.task, writer, ledger: path });
    const child = fork(PROGRAM, [task], { execArgv: [] });
    const entry = { child, ledger: { path, killed: false }, ended: once(child, 'exit') };
    this.#running.add(entry);
    this.ledgers.push(entry.ledger);
    const ready = new Promise((resolve) => {
      child.on('message', ({ ready, bulk, done }) => {
        if (ready) resolve();
        if (bulk) child.emit('bulk');
        if (done) this.#note(done);
      });
    });
    entry.ended.then(([code, signal]) => {
      if (!this.#running.has(entry) || entry.ledger.killed || this.#stopping) return;
      this.#reportBroken(new Error(`A writer ended with ${code ?? signal}`));
    });
    await Promise.race([ready, this.broken]);
    return entry;
  }

  #note({ slowest, memory }) {
    this.seen.slowest = Math.max(this.seen.slowest, slowest);
    this.seen.memory = Math.max(this.seen.memory, memory);
  }

  /** A writer that has begun a large bulk insert. */
  async #inBulk() {
    const [entry] = this.#running;
    await once(entry.child, 'bulk');
    return entry;
  }

  /** Pauses a writer in the middle of a large bulk insert. */
  async pauseInBulk(milliseconds) {
    const { child } = await this.#inBulk();
    child.kill('SIGSTOP');
    await sleep(milliseconds);
    child.kill('SIGCONT');
  }

  /** Kills a writer `milliseconds` after it has begun a large bulk insert. */
  async killInBulk(milliseconds) {
    const entry = await this.#inBulk();
    await sleep(milliseconds);
    entry.ledger.killed = true;
    entry.child.kill('SIGKILL');
    await entry.ended;
    this.#running.delete(entry);
  }

  /** Tells all writers to stop, and waits until each has ended by itself. */
  async stop() {
    this.#stopping = true;
    for (const { child } of this.#running) if (child.connected) child.send('stop');
    for (const { child, ended } of this.#running) {
      const late = setTimeout(() => {
        this.problems.push(`a writer had not ended ${END_MILLISECONDS / 1000} s after it was told to stop`);
        child.kill('SIGKILL');
      }, END_MILLISECONDS);
      const [code, signal] = await ended;
      clearTimeout(late);
      if (code !== 0) this.problems.push(`a writer ended with ${code ?? signal}`);
    }
    this.#running.clear();
  }

  /** Ends all writers at once, because the run has failed. */
  async abandon() {
    this.#stopping = true;
    for (const { child, ended } of this.#running) {
      child.kill('SIGKILL');
      await ended;
    }
  }
}
