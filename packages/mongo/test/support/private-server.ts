import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A server for one test, with fail points. The test can kill it and start it again on the same data. */
export class PrivateServer {
  readonly #process: ChildProcess;
  #url = '';

  constructor(topology: 'replica set' | 'standalone' = 'replica set') {
    this.#process = fork(join(__dirname, 'server-process.mjs'), [topology], { execArgv: [] });
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    this.#url = String(await this.#do('start'));
  }

  /** Sends SIGKILL, so nothing is flushed. */
  async kill(): Promise<void> {
    await this.#do('kill');
  }

  async stop(): Promise<void> {
    await this.#do('stop');
  }

  async #do(action: string): Promise<unknown> {
    const reply = once(this.#process, 'message');
    this.#process.send(action);
    const [{ error, result }] = await reply;
    if (error !== undefined) throw new Error(`${action} of the server: ${error}`);
    return result;
  }
}
