import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { needPackages, removeFolder, temporaryFolder } from '../../scripts/lib/server.mjs';
import { folderSize } from './folder-size.mjs';
import { END, PAGES, START } from './job.mjs';

const execute = promisify(execFile);
const PYTHON = '/usr/bin/python3';
const VERSION = 'import importlib.metadata; print(importlib.metadata.version("whisper"))';

async function startProgram(folder) {
  const program = fileURLToPath(new URL('whisper.py', import.meta.url));
  const child = spawn(PYTHON, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the program that has Whisper ended');
    return JSON.parse(value);
  };
  await answer();
  return {
    ask: (...command) => {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      return answer();
    },
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/**
 * One file per page: minutes for three days and hours for 30. Whisper's interface is Python, so a Python
 * program receives all events beforehand and times itself.
 */
export async function whisper(batches) {
  await needPackages({
    isThere: () =>
      execute(PYTHON, ['-c', 'import whisper']).then(
        () => true,
        () => false,
      ),
    packages: ['python3-whisper'],
    what: 'Whisper (for /usr/bin/python3)',
  });
  const { stdout } = await execute(PYTHON, ['-c', VERSION]);
  return {
    name: `Whisper ${stdout.trim()}, a file a page`,
    open: async () => {
      const folder = await temporaryFolder('peers');
      const program = await startProgram(folder);
      const given = batches.map((batch) => batch.map(({ timestamp, page }) => [timestamp, page]));
      await program.ask('events', given);
      const archives = [
        [60, 4320],
        [3600, 720],
      ];
      await program.ask('create', PAGES, archives);
      let milliseconds = 0;
      const timed = async (...command) => {
        const [seconds, found] = await program.ask(...command);
        milliseconds = seconds * 1000;
        return found;
      };
      return {
        write: (batch) => timed('write', batches.indexOf(batch)),
        byMinute: async (page) => new Map((await timed('fetch', [page], START, END, 60))[page]),
        byHour: async () => {
          const found = await timed('fetch', PAGES, START, END, 3600);
          return new Map(PAGES.map((page) => [page, new Map(found[page])]));
        },
        ownTime: () => milliseconds,
        bytes: () => folderSize(folder),
        close: async () => {
          await program.stop();
          await removeFolder(folder);
        },
      };
    },
  };
}
