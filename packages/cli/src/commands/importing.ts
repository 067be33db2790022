import { createReadStream } from 'node:fs';
import { EXIT, Finding, UsageError } from '../exit-codes.js';
import { type Loaded, load } from '../import/load.js';
import type { ImportRecord } from '../import/records.js';
import { Interruption, interruption } from '../terminal/interruption.js';
import type { Notes } from '../terminal/notes.js';
import { Progress } from '../terminal/progress.js';
import type { OpenTimeseries } from '../timeseries/open.js';

/** Loads records and shows progress. Reports the result even if the load fails. */
export async function importRecords(
  timeseries: OpenTimeseries,
  records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>,
  notes: Notes,
  files = '',
): Promise<void> {
  const progress = new Progress(notes);
  let loaded: Loaded = { records: 0, expired: 0 };
  try {
    loaded = await load(timeseries, records, {
      signal: interruption(),
      onProgress: (now) => {
        loaded = now;
        progress.show({ count: now.records, unit: 'records' });
      },
    });
  } catch (error) {
    progress.end();
    if (!(error instanceof Interruption)) {
      if (loaded.records > 0) notes.say(`${loaded.records} records were stored before`);
      throw error;
    }
    throw new Finding(`Interrupted; ${loaded.records} records are stored`, EXIT.interrupted);
  }
  progress.end();
  const left = loaded.expired === 0 ? '' : `, ${loaded.expired} bucket writes left out: past their retention`;
  notes.say(`${loaded.records} records${files === '' ? '' : ` of ${files}`} stored${left}`);
}

/** A second import would add the same sums again. */
export async function refuseExisting(
  timeseries: OpenTimeseries,
  names: readonly string[],
  { add = false }: { readonly add?: boolean },
): Promise<void> {
  if (add) return;
  const present = new Set(await timeseries.list());
  const found = names.find((name) => present.has(name));
  if (found !== undefined) {
    throw new UsageError(`The target already has data of "${found}"; expected none, or --add to add to it`);
  }
}

/** The text of a file, or of stdin for `-`. */
export function textOf(path: string): AsyncIterable<string> {
  const stream = path === '-' ? process.stdin : createReadStream(path);
  stream.setEncoding('utf8');
  return stream;
}
