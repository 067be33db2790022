import { longOf } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';

/** Packs a column of numbers into one value. That costs a tenth of returning a row for each number. */
export interface Packing {
  /** An aggregate of the column. All aggregates of a statement see the rows in the same order. */
  pack(reference: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Returns the numbers of the rows; none if nothing was packed. */
  unpack(packed: unknown): readonly unknown[];
}

const BYTES = 8;

/** Eight bytes per row as hexadecimal digits, a format that no session setting changes. */
function bytesOfRows(
  send: (reference: RawBuilder<unknown>) => RawBuilder<unknown>,
  read: (bytes: Buffer, offset: number) => unknown,
): Packing {
  return {
    pack: (reference) => sql`encode(string_agg(${send(reference)}, ''), 'hex')`,
    unpack: (packed) => {
      const bytes = Buffer.from(String(packed ?? ''), 'hex');
      const rows: unknown[] = [];
      for (let offset = 0; offset < bytes.length; offset += BYTES) rows.push(read(bytes, offset));
      return rows;
    },
  };
}

const eightBytesOf = (reference: RawBuilder<unknown>) => sql`int8send(${reference})`;

export const packedDoubles = bytesOfRows(
  (reference) => sql`float8send(${reference})`,
  (bytes, offset) => bytes.readDoubleBE(offset),
);

/** For safe integers: much faster than a `bigint`. */
export const packedIntegers = bytesOfRows(
  eightBytesOf,
  (bytes, offset) => bytes.readInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4),
);

export const packedLongs = bytesOfRows(eightBytesOf, (bytes, offset) => longOf(bytes.readBigInt64BE(offset)));
