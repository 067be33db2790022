import type { BucketKey, BucketWrite, Capabilities, StoredValue } from '@kairos/core';
import type { Collection } from 'mongodb';
import { type BucketDocument, idOf, type StoredDocument } from '../layout.js';
import { DUPLICATE_KEY, expiryUpdate, type Model, OVERHEAD, type Update, type Updates } from './updates.js';

/** Values to append to a bucket, at most `CHUNK_SIZE` by size unless it is a single value. */
interface Piece extends Update {
  readonly write: BucketWrite;
  readonly values: readonly StoredValue[];
  readonly size: number;
  /** More pieces of the same write follow in the next chunk, so this one has to be full. */
  readonly closing: boolean;
  /** The chunk that it was last sent to. */
  chunk: number;
}

/** The chunk that takes the next values of a bucket. */
interface Open {
  readonly chunk: number;
  /** Whether it may have to be created; otherwise it is known to exist. */
  readonly create: boolean;
}

/** The size in bytes of values at which a chunk is full. Each append rewrites the document, so it stays small. */
export const CHUNK_SIZE = 65_536;

/** The error code of an upsert whose `_id` would differ from that of the filter. */
const IMMUTABLE_FIELD = 66;

/** Number of buckets whose last chunks one query looks for. */
const SEARCHES_AT_ONCE = 100;

/** The most buckets with more than one chunk whose open chunk is remembered. */
const REMEMBERED = 10_000;

/**
 * A series is stored in chunks. The server appends to the last one, in the order of arrival, until it is full. A chunk
 * begins only when the one before is full, and a full one stays full. So the values in the order of the chunks are in
 * the order of arrival, whoever wrote them.
 *
 * A process knows the last chunk from its writes. If that is out of date, the update finds the chunk full, and cannot
 * insert another document with that `_id`. The server reports this, and nothing is written.
 */
export class Chunks implements Updates<Piece> {
  readonly #open = new Map<string, Open>();
  readonly #expiry: Capabilities['expiry'];

  constructor(expiry: Capabilities['expiry']) {
    this.#expiry = expiry;
  }

  *of(writes: readonly BucketWrite[]): Generator<Piece> {
    for (const write of writes) yield* this.#pieces(write);
  }

  *#pieces(write: BucketWrite): Generator<Piece> {
    const of = { write, writes: [write], id: idOf(write), chunk: 0 };
    const given: readonly StoredValue[] = Array.isArray(write.data) ? write.data : [];
    const bytes = OVERHEAD + 2 * write.name.length + write.interval.length;
    let begin = 0;
    let size = 0;
    for (const [index, value] of given.entries()) {
      const length = sizeOf(value);
      if (index > begin && size + length > CHUNK_SIZE) {
        const values = given.slice(begin, index);
        yield { ...of, values, size, bytes: bytes + size, closing: true };
        begin = index;
        size = 0;
      }
      size += length;
    }
    const values = begin === 0 ? given : given.slice(begin);
    yield { ...of, values, size, bytes: bytes + size, closing: false };
  }

  ordered(pieces: readonly Piece[]): boolean {
    return pieces.some(({ closing }) => closing);
  }

  models(pieces: readonly Piece[]): Model[] {
    const planned = new Map<BucketWrite, Open>();
    return pieces.map((piece) => {
      const open = planned.get(piece.write) ?? this.#take(piece.write);
      piece.chunk = open.chunk;
      if (piece.closing) planned.set(piece.write, { chunk: open.chunk + 1, create: true });
      return append(piece, open, expiryUpdate(piece.write.expiresAt, this.#expiry));
    });
  }

  applied(pieces: readonly Piece[]): void {
    for (const { write, chunk } of pieces) {
      // Acknowledgements of concurrent writes may come in any order.
      if (chunk >= this.#openOf(write).chunk) this.#remember(idOf(write), { chunk, create: false });
    }
  }

  isContention(code: number): boolean {
    return code === DUPLICATE_KEY || code === IMMUTABLE_FIELD;
  }

  async settle(
    pieces: readonly Piece[],
    collection: Collection<StoredDocument>,
  ): Promise<ReadonlyMap<Piece, Error>> {
    const buckets = new Map(pieces.map(({ write }) => [idOf(write), write]));
    let searches = [...buckets.values()].map((write) => new Search(write, this.#openOf(write).chunk));
    while (searches.length > 0) {
      const unanswered: Search[] = [];
      for (let start = 0; start < searches.length; start += SEARCHES_AT_ONCE) {
        const part = searches.slice(start, start + SEARCHES_AT_ONCE);
        const found = await lastOf(part, collection);
        for (const search of part) {
          const open = search.learn(found.get(search.id));
          if (open === null) unanswered.push(search);
          else this.#remember(search.id, open);
        }
      }
      searches = unanswered;
    }
    return new Map();
  }

  #openOf(key: BucketKey): Open {
    return this.#open.get(idOf(key)) ?? { chunk: 0, create: true };
  }

  /** A chunk is created by one command only: if that fails, the bucket may be deleted before the next. */
  #take(key: BucketKey): Open {
    const open = this.#openOf(key);
    if (open.create) this.#remember(idOf(key), { chunk: open.chunk, create: false });
    return open;
  }

  #remember(id: string, open: Open): void {
    this.#open.delete(id);
    if (open.chunk === 0) return;
    this.#open.set(id, open);
    if (this.#open.size <= REMEMBERED) return;
    for (const oldest of this.#open.keys()) {
      this.#open.delete(oldest);
      break;
    }
  }
}

function append(
  { write, values, size, closing }: Piece,
  { chunk, create }: Open,
  expiry: ReturnType<typeof expiryUpdate>,
): Model {
  const { name, interval, bucket, resolution } = write;
  // A known chunk is never created: if it is gone, its bucket was deleted and begins with chunk 0 again.
  const onInsert = create ? { name, interval, bucket, resolution, chunk } : { _id: '' };
  return {
    updateOne: {
      filter: { _id: idOf(write, chunk), size: { $lt: CHUNK_SIZE } },
      update: {
        ...expiry,
        $push: { values: { $each: [...values] } },
        $setOnInsert: onInsert,
        ...(closing ? { $set: { size: CHUNK_SIZE } } : { $inc: { size } }),
      },
      upsert: true,
    },
  };
}

/** Looks for the last chunk of a bucket, starting from the last one known. */
class Search {
  readonly id: string;
  readonly #key: BucketKey;
  #candidates: readonly number[];

  constructor(key: BucketKey, from: number) {
    this.id = idOf(key);
    this.#key = key;
    this.#candidates = ahead(from);
  }

  /** The chunks to query. */
  *ids(): Generator<string> {
    for (const chunk of this.#candidates) yield idOf(this.#key, chunk);
  }

  /** Records the last chunk found. Returns `null` if it needs another query. */
  learn(last: BucketDocument | undefined): Open | null {
    if (last === undefined) {
      // No chunk exists: the bucket is empty, or was deleted.
      if (this.#candidates[0] === 0) return { chunk: 0, create: true };
      this.#candidates = ahead(0);
      return null;
    }
    const chunk = last.chunk ?? 0;
    if (!this.#candidates.includes(chunk + 1)) {
      this.#candidates = ahead(chunk);
      return null;
    }
    return (last.size ?? 0) < CHUNK_SIZE
      ? { chunk, create: chunk === 0 }
      : { chunk: chunk + 1, create: true };
  }
}

/** Finds the last chunk of each bucket among the chunks that its search asks for. */
async function lastOf(
  searches: readonly Search[],
  collection: Collection<StoredDocument>,
): Promise<ReadonlyMap<string, BucketDocument>> {
  const found = await collection
    .find<BucketDocument>(
      { _id: { $in: searches.flatMap((search) => [...search.ids()]) } },
      // Other writers' changes must be visible, whatever the user's read preference.
      { projection: { values: 0 }, readPreference: 'primary', readConcern: { level: 'local' } },
    )
    .toArray();
  const last = new Map<string, BucketDocument>();
  for (const document of found) {
    const id = idOf(document);
    if ((last.get(id)?.chunk ?? -1) < (document.chunk ?? 0)) last.set(id, document);
  }
  return last;
}

/** Chunks to query at once: the next ones, then ever further apart, so that a few queries always find the last. */
function ahead(from: number): number[] {
  const chunks = [from];
  for (let distance = 1; distance <= 16 ** 5; distance *= 16) {
    for (let step = 1; step < 16; step++) chunks.push(from + step * distance);
  }
  return chunks;
}

function sizeOf(value: StoredValue): number {
  return typeof value === 'string' ? 12 + Buffer.byteLength(value) : 16;
}
