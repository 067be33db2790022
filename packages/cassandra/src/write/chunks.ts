import { type BucketWrite, isBytes, type TimeseriesType } from '@kairos/core';
import type { Statement } from '../session/session.js';
import type { WindowWrites } from './groups.js';

/** Limits of a batch within a partition. */
const BATCH_BYTES = 64 * 1024;
const BATCH_STATEMENTS = 100;

/**
 * Limits of a batch of counters over several partitions, which only saves requests: each partition counts as
 * if sent by itself. The server warns about more than ten partitions or more than 5 KiB.
 */
const SPREAD_PARTITIONS = 10;
const SPREAD_BYTES = 4 * 1024;

/** Approximate size of a statement without the bytes of its name and values. */
const STATEMENT_BYTES = 60;

/** Statements to send together, and the writes they belong to. */
export interface Chunk<T extends TimeseriesType> {
  readonly statements: Statement[];
  readonly writes: Set<BucketWrite<T>>;
  bytes: number;
  /** Whether it holds only a part of some write, whose rest is in another chunk. */
  cut: boolean;
}

export function emptyChunk<T extends TimeseriesType>(cut = false): Chunk<T> {
  return { statements: [], writes: new Set(), bytes: 0, cut };
}

export function add<T extends TimeseriesType>(
  chunk: Chunk<T>,
  write: BucketWrite<T>,
  statement: Statement,
): void {
  chunk.statements.push(statement);
  chunk.writes.add(write);
  chunk.bytes += STATEMENT_BYTES;
  for (const param of statement.params) {
    if (typeof param === 'string') chunk.bytes += Buffer.byteLength(param);
    else if (isBytes(param)) chunk.bytes += param.length;
  }
}

/** Yields the batches of each partition, each built only when needed. */
export function* chunksOf<T extends TimeseriesType>(
  windows: Iterable<WindowWrites<T>>,
  statementsOf: (write: BucketWrite<T>, window: number) => Iterable<Statement>,
): Generator<Chunk<T>> {
  for (const { window, writes } of windows) {
    let chunk: Chunk<T> = emptyChunk();
    for (const write of writes) {
      for (const statement of statementsOf(write, window)) {
        if (chunk.statements.length >= BATCH_STATEMENTS || chunk.bytes >= BATCH_BYTES) {
          const cut = chunk.writes.has(write);
          chunk.cut ||= cut;
          yield chunk;
          chunk = emptyChunk(cut);
        }
        add(chunk, write, statement);
      }
    }
    if (chunk.statements.length > 0) yield chunk;
  }
}

export function* alone<C>(chunks: Iterable<C>): Generator<readonly C[]> {
  for (const chunk of chunks) yield [chunk];
}

/** Puts small chunks together into batches over several partitions. */
export function* spreadOver<T extends TimeseriesType>(
  chunks: Iterable<Chunk<T>>,
): Generator<readonly Chunk<T>[]> {
  let batch: Chunk<T>[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (batch.length === SPREAD_PARTITIONS || bytes + chunk.bytes > SPREAD_BYTES) {
      if (batch.length > 0) yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(chunk);
    bytes += chunk.bytes;
  }
  if (batch.length > 0) yield batch;
}
