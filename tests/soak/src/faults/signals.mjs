import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The processes that a process has started, by id. */
export async function childrenOf(pid) {
  // pgrep ends with 1 where there are none.
  const { stdout } = await execute('pgrep', ['-P', String(pid)]).catch(({ stdout }) => ({ stdout }));
  return (stdout ?? '').split('\n').filter(Boolean).map(Number);
}

/** Sends a signal to processes, some of which may have ended. */
export function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
