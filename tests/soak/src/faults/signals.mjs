import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The ids of a process's children. */
export async function childrenOf(pid) {
  // pgrep exits with 1 if there are none.
  const { stdout } = await execute('pgrep', ['-P', String(pid)]).catch(({ stdout }) => ({ stdout }));
  return (stdout ?? '').split('\n').filter(Boolean).map(Number);
}

/** Sends a signal to processes. Some of them may already have ended. */
export function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
