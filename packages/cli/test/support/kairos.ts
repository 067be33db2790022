import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = join(__dirname, '..', '..', 'dist', 'bin.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command until it ends. */
export async function kairos(
  args: readonly string[],
  { cwd, input = '', env = {} }: RunOptions,
): Promise<Ended> {
  const child = start(args, { cwd, env });
  child.stdin.end(input);
  return ended(child);
}

/** Starts the built command, so that a test can act while it runs. */
export function start(args: readonly string[], { cwd, env = {} }: RunOptions) {
  const clean = {
    ...process.env,
    NODE_OPTIONS: '',
    XDG_STATE_HOME: join(cwd, 'state'),
    COLUMNS: '80',
    ...env,
  };
  return spawn(process.execPath, [bin, ...args], { cwd, env: clean, stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...texts };
}

/** Creates a folder and removes it after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Returns the output of a command that must succeed. */
export async function printed(args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await kairos(args, options);
  if (code !== 0) throw new Error(`kairos ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
