import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { needProgram, removeFolder, temporaryFolder } from '../../scripts/lib/server.mjs';
import { folderSize } from './folder-size.mjs';
import { END, minutesOf, PAGES, START } from './job.mjs';

const execute = promisify(execFile);

/** One `rrdtool -` that takes commands on standard input; `run` resolves to the lines of an answer. */
function startPipe(program) {
  const child = spawn(program, ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  let lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!/^(OK|ERROR)\b/.test(line)) {
      lines.push(line);
      return;
    }
    const { resolve, reject } = waiting.shift();
    if (line.startsWith('OK')) resolve(lines);
    else reject(new Error(`rrdtool: ${line}`));
    lines = [];
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return {
    run: (...words) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${words.join(' ')}\n`);
      }),
    stop: () => {
      child.stdin.end('quit\n');
      return ended;
    },
  };
}

/**
 * One file per page: minutes for three days and hours for 30. rrdtool keeps one value a minute, so this sums
 * the hits.
 */
export async function rrdtool() {
  const program = await needProgram({ names: ['rrdtool'], packages: ['rrdtool'], what: 'rrdtool' });
  const { stdout } = await execute(program, ['--version']);
  return {
    name: `rrdtool ${/\d+(\.\d+)+/.exec(stdout)[0]}, a file a page`,
    open: async () => {
      const folder = await temporaryFolder('peers');
      const pipe = startPipe(program);
      const fileOf = (page) => join(folder, `${page}.rrd`);
      const archives = ['RRA:AVERAGE:0.5:1:4320', 'RRA:AVERAGE:0.5:60:720'];
      for (const page of PAGES) {
        const source = 'DS:hits:ABSOLUTE:120:0:U';
        await pipe.run('create', fileOf(page), '--start', START, '--step', 60, source, ...archives);
      }
      let written = START;
      /** The rate per second of each interval, by the interval's end. */
      const fetchHits = async (page, step) => {
        const range = ['--start', START, '--end', END - 1, '--resolution', step];
        const lines = await pipe.run('fetch', fileOf(page), 'AVERAGE', ...range);
        const hits = new Map();
        for (const line of lines) {
          const [, end, rate] = /^(\d+): (\S+)$/.exec(line) ?? [];
          if (end !== undefined) hits.set(Number(end) - step, Number(rate) * step);
        }
        return hits;
      };
      return {
        write: (batch) => {
          const start = written;
          const { pages, end } = minutesOf(batch, start);
          written = end;
          const updated = Array.from(pages, ([page, minutes]) => {
            const updates = minutes.map((hits, index) => `${start + (index + 1) * 60}:${hits}`);
            return pipe.run('update', fileOf(page), ...updates);
          });
          return Promise.all(updated);
        },
        byMinute: (page) => fetchHits(page, 60),
        byHour: async () =>
          new Map(await Promise.all(PAGES.map(async (page) => [page, await fetchHits(page, 3600)]))),
        bytes: () => folderSize(folder),
        close: async () => {
          await pipe.stop();
          await removeFolder(folder);
        },
      };
    },
  };
}
