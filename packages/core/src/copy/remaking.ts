import type { Schema } from '../schema/schema.js';
import { type Interval, locate, type Place } from '../time/interval.js';
import type { StoredData } from '../types/data-type.js';
import type { StoredValue } from '../values/insertable.js';
import { type Piece, sizeOf } from './pieces.js';

/** A bucket of the target, or a part of its data. Parts of one bucket follow one another, in order. */
export interface Remade extends Place {
  readonly data: StoredData;
}

/** Data of more values is returned in parts, which the store adds up. */
const MOST_VALUES = 65_536;

/** Makes the buckets of one interval of the target from the pieces of the source, which come ascending in time. */
export class Remaking {
  readonly #schema: Schema;
  readonly #interval: Interval;
  readonly #encode: (value: unknown) => StoredValue;
  readonly #mostValues: number;
  #place: Place | undefined;
  #data: StoredData | undefined;

  constructor(
    schema: Schema,
    interval: Interval,
    encode: (value: unknown) => StoredValue,
    hands: 'parts' | 'whole' = 'parts',
  ) {
    this.#schema = schema;
    this.#interval = interval;
    this.#encode = encode;
    this.#mostValues = hands === 'parts' ? MOST_VALUES : Number.POSITIVE_INFINITY;
  }

  /** Takes a piece, and returns the buckets that it completes. */
  take(piece: Piece): Remade[] {
    const place = locate(this.#interval, piece.start);
    const isSame = place.bucket === this.#place?.bucket && place.resolution === this.#place.resolution;
    const done = isSame ? [] : this.rest();
    const { dataType } = this.#schema;
    this.#place = place;
    this.#data = dataType.add<StoredValue>(
      this.#data ?? dataType.empty<StoredValue>(),
      encoded(this.#schema, piece.data, this.#encode),
    );
    return sizeOf(this.#data) > this.#mostValues ? [...done, ...this.rest()] : done;
  }

  /** Returns the buckets that are left after the last piece. */
  rest(): Remade[] {
    const [place, data] = [this.#place, this.#data];
    this.#place = undefined;
    this.#data = undefined;
    return place === undefined || data === undefined ? [] : [{ ...place, data }];
  }
}

/** Data with its values in the target's stored form. Throws an `InvalidValueError` if the target cannot hold one. */
export function encoded(
  { dataType }: Schema,
  data: unknown,
  encode: (value: unknown) => StoredValue,
): StoredData {
  if (dataType.type === 'count') return Number(encode(data));
  if (!dataType.is<unknown>(data)) throw new TypeError(`The store holds data that is not a ${dataType.type}`);
  return dataType.map<unknown, StoredValue>(data, encode);
}
