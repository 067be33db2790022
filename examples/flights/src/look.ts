import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const cli = dirname(createRequire(import.meta.url).resolve('@kairos/cli/package.json'));
/** The folder of `kairos.config.mjs`. */
const folder = fileURLToPath(new URL('..', import.meta.url));

/** Commands that inspect the stored data. */
const looks = [
  'info departures',
  'series departures ORD DFW ATL --interval month --condense --by-name',
  'series delays ORD --interval month --condense --transform mean,p95 --format csv',
  'series departures ORD --interval day --condense --start 2001-01-01 --end 2001-03-31 --format chart',
];

/** Runs each command on the SQLite file. Yields the command and its output. */
export async function* look(file: string): AsyncGenerator<string> {
  for (const each of looks) yield `\n$ kairos ${each}\n${await kairos(each.split(' '), file)}`;
}

/** Returns the output of the command `kairos`. */
export async function kairos(args: readonly string[], file: string): Promise<string> {
  const env = { ...process.env, FLIGHTS: file };
  const { stdout } = await execute(process.execPath, [join(cli, 'dist', 'bin.js'), ...args], {
    cwd: folder,
    env,
  });
  return stdout;
}
