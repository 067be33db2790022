import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs `npm run soak` with some arguments, and shows what it prints; rejects with that where it finds anything. */
export async function main(...args: readonly string[]): Promise<void> {
  const program = join(__dirname, '../src/main.mjs');
  const { stdout } = await execute(process.execPath, [program, ...args], { maxBuffer: 2 ** 26 }).catch(
    (error) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    },
  );
  console.log(stdout);
}

/** `it`, or `it.skip` where an environment variable leaves the store out. */
export function itOn(store: string): jest.It {
  const variable = store === 'redis' ? 'TEST_REDIS' : 'TEST_SQL';
  return process.env[variable] === 'false' ? it.skip : it;
}
