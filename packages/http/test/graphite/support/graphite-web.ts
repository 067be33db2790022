import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Whisper file. */
export interface WhisperFile {
  readonly archives: readonly (readonly [seconds: number, points: number])[];
  readonly aggregation?: 'average' | 'sum' | 'last' | 'max' | 'min';
  readonly points: readonly (readonly [timestamp: number, value: number])[];
}

const program = fileURLToPath(
  new URL('../../../../../scripts/services/write-whisper.py', `file://${__filename}`),
);

export const skipped = process.env.TEST_GRAPHITE === 'false';

export function graphiteWeb(): { readonly url: string; readonly folder: string } {
  const { GRAPHITE_URL: url, GRAPHITE_FOLDER: folder } = process.env;
  if (url === undefined || folder === undefined) {
    throw new Error(
      'graphite-web is not there: run the tests with "node scripts/with-services.mjs graphite-web -- jest", or leave them out with TEST_GRAPHITE=false',
    );
  }
  return { url, folder };
}

/** Writes Whisper files by path (`hits.home`). */
export function writeWhisper(folder: string, files: Readonly<Record<string, WhisperFile>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('/usr/bin/python3', [program, folder], (error, _, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`write-whisper.py failed: ${stderr}`));
    });
    child.stdin?.end(JSON.stringify(files));
  });
}
