/** A server that `scripts/lib/daemon.mjs` started in a folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon, stopDaemon } from '../../../../scripts/lib/daemon.mjs';
import { childrenOf, signal } from '../faults/signals.mjs';

/**
 * Starts a service of `scripts/services` whose servers run in the folders that some variables name. `title` is that of
 * the store.
 */
export async function startDaemons(service, title, variables) {
  const { env, stop } = await service.start();
  const folders = variables.map((variable) => env[variable]);
  if (!folders.includes(undefined)) return { env, folders, stop };
  await stop();
  throw new Error(`${title} runs in Docker here, where it is not killed: install it, or leave it out`);
}

export function daemon(folder, { port }) {
  const pid = async () => Number(await readFile(join(folder, 'daemon.pid'), 'utf8'));
  const all = async (name) => {
    const server = await pid();
    signal([server, ...(await childrenOf(server))], name);
  };
  return {
    port,
    async kill() {
      // The server's child processes would finish their work before noticing that it is gone.
      const children = await childrenOf(await pid());
      await stopDaemon(folder, 'SIGKILL');
      signal(children, 'SIGKILL');
    },
    restart: () => startDaemon(folder),
    pause: () => all('SIGSTOP'),
    resume: () => all('SIGCONT'),
    stop: () => stopDaemon(folder),
  };
}
