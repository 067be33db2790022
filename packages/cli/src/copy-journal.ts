import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from './exit-codes.js';

/** Identifies a copy, so that no journal is taken for that of another copy. */
export interface CopyTitle {
  readonly from: string;
  readonly to: string;
  readonly options: unknown;
}

/** The time limits, resolved when the copy began. When it resumes, `-7d` would be another time. */
export interface CopyLimits {
  readonly since: number | null;
  readonly until: number | null;
}

/**
 * A file with the names that a copy has finished, one per line. It lets you resume an interrupted copy, and
 * is deleted when the copy ends. A name is added once the target has acknowledged all of its data. So at
 * worst, a finished name is deleted and copied again.
 */
export class CopyJournal {
  readonly path: string;
  readonly #title: string;

  constructor(title: CopyTitle, path: string | undefined) {
    this.#title = JSON.stringify(title);
    this.path = path ?? join(stateFolder(), `copy-${digest(this.#title)}.ndjson`);
  }

  /** Begins a copy. Refuses if an earlier one was interrupted. */
  async begin(limits: CopyLimits): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const head = `${JSON.stringify({ title: this.#title, limits })}\n`;
    try {
      await writeFile(this.path, head, { flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      throw new UsageError(
        `An earlier run of this copy was interrupted; expected --resume to continue it, or delete its journal ${this.path}`,
      );
    }
  }

  /** The names that an interrupted copy has finished. */
  async read(): Promise<{ limits: CopyLimits; names: string[] }> {
    const text = await readFile(this.path, 'utf8').catch(() => null);
    if (text === null) throw new UsageError(`There is no journal ${this.path}; expected an interrupted copy`);
    // The text after the last line break was not fully written.
    const [head = '', ...lines] = text.split('\n').slice(0, -1);
    const { title, limits }: { title?: unknown; limits?: CopyLimits } = JSON.parse(head || '{}');
    if (title !== this.#title || limits === undefined) {
      throw new UsageError(`The journal ${this.path} belongs to another copy; expected that of this one`);
    }
    if (!text.endsWith('\n')) await writeFile(this.path, `${[head, ...lines].join('\n')}\n`);
    return { limits, names: lines.map((line) => String(JSON.parse(line))) };
  }

  async add(name: string): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(name)}\n`);
  }

  async end(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

function stateFolder(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'kairos');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
