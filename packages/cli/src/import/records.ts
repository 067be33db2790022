import type { Value } from '@kairos/core';
import { UsageError } from '../exit-codes.js';
import { revive } from '../output/plain.js';
import { readCsv } from './csv.js';
import { readLines } from './lines.js';

/** A line of a file: a value to insert into all intervals, or data to add to one bucket. */
export type ImportRecord =
  | { readonly kind: 'value'; readonly name: string; readonly timestamp: string; readonly value: Value }
  | {
      readonly kind: 'bucket';
      readonly interval: string;
      readonly name: string;
      readonly timestamp: string;
      /** The output of `plain`. */
      readonly data: unknown;
    };

export interface RecordOptions {
  /** The name for lines without one. */
  readonly name: string | undefined;
  readonly readValue: (text: string) => Value;
}

type Texts = Iterable<string> | AsyncIterable<string>;

/** Reads CSV with a header: `name,timestamp,value`, `timestamp,value` with a given name, or the output of `export`. */
export async function* csvRecords(texts: Texts, options: RecordOptions): AsyncGenerator<ImportRecord> {
  let head: string[] | undefined;
  let line = 0;
  for await (const cells of readCsv(texts)) {
    line++;
    if (head === undefined) {
      head = cells.map((cell) => cell.trim().replace(/^\uFEFF/, ''));
      checkHead(head, options);
      continue;
    }
    const fields = Object.fromEntries(head.map((column, index) => [column, cells[index]]));
    const { data } = fields;
    yield recordOf({ ...fields, ...(data === undefined ? {} : { data: parse(data, line) }) }, line, options);
  }
}

function checkHead(head: readonly string[], { name }: RecordOptions): void {
  const has = (...columns: string[]) => columns.every((column) => head.includes(column));
  if (has('interval', 'name', 'timestamp', 'data') || has('name', 'timestamp', 'value')) return;
  if (has('timestamp', 'value') && name !== undefined) return;
  throw new UsageError(
    `The columns are ${head.join(',')}; expected name,timestamp,value or interval,name,timestamp,data, or timestamp,value with --name`,
  );
}

/** Reads one JSON object per line, with the fields of the CSV. */
export async function* ndjsonRecords(texts: Texts, options: RecordOptions): AsyncGenerator<ImportRecord> {
  let line = 0;
  for await (const text of readLines(texts)) {
    line++;
    const fields = parse(text, line);
    if (typeof fields !== 'object' || fields === null) throw wrong(line, 'is no object');
    // Strings in JSON are not converted to numbers.
    yield recordOf({ ...fields }, line, { ...options, readValue: (value) => value });
  }
}

function recordOf(
  fields: Readonly<Record<string, unknown>>,
  line: number,
  { name: otherwise, readValue }: RecordOptions,
): ImportRecord {
  const { interval, name = otherwise, timestamp, value, data } = fields;
  if (typeof name !== 'string') throw wrong(line, 'has no name');
  if (typeof timestamp !== 'string' && typeof timestamp !== 'number') throw wrong(line, 'has no timestamp');
  const place = { name, timestamp: String(timestamp) };
  if (typeof interval === 'string' && data !== undefined) return { kind: 'bucket', interval, ...place, data };
  if (typeof value === 'string' && value !== '') return { kind: 'value', ...place, value: readValue(value) };
  const revived = revive(value);
  if (isValue(revived)) return { kind: 'value', ...place, value: revived };
  throw wrong(line, 'has neither a value, nor an interval and data');
}

function isValue(value: unknown): value is Value {
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return true;
  return value instanceof Date || value instanceof Uint8Array;
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(line, `holds no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function wrong(line: number, what: string): UsageError {
  return new UsageError(`Record ${line} ${what}; expected name, timestamp and value, or what export prints`);
}
