import { type BucketRow, type BucketWrite, isMap, type StoredValue } from '@kairos/core';
import type { Column, ColumnKind } from './dialect/column.js';
import type { Dialect } from './dialect/dialect.js';
import { bytesKey, isDigested, textKey } from './key.js';
import type { Layout } from './layout.js';
import type { Cells } from './session/session.js';

/** The first columns of a row, as they are stored. */
export interface RowLead {
  readonly interval: string | Uint8Array;
  readonly window: number;
  readonly name: unknown;
}

/** Converts keys and values to parameters, and columns back to values. */
export class RowFormat {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #numbered: boolean;
  readonly #text: Dialect['text'];
  readonly #bindValue: (stored: StoredValue) => unknown;
  readonly #bindContent: (stored: StoredValue) => unknown;
  readonly #readValue: (column: unknown) => unknown;
  readonly #readContent: (column: unknown) => unknown;
  readonly #readAmount: (column: unknown) => number;
  readonly #intervals = new Map<string, string | Uint8Array>();

  constructor(layout: Layout, dialect: Dialect) {
    const { valueType, columns } = layout;
    const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind ?? valueType.column;
    const toColumn = valueType.toColumn ?? same;
    const fromColumn = valueType.fromColumn ?? same;
    const bindValue = rowBinder(dialect, kindOf('value'));
    // The column of the content is nullable.
    const bindContent = binder(dialect, valueType.column);
    const readValue = reader(dialect, kindOf('value'));
    const readContent = reader(dialect, valueType.column);
    const readAmount = reader(dialect, 'real');
    this.#layout = layout;
    this.#dialect = dialect;
    this.#numbered = layout.type === 'series' && dialect.sequence === 'computed';
    this.#text = dialect.text;
    this.#bindValue = (stored) => bindValue(toColumn(stored));
    this.#bindContent = (stored) => bindContent(toColumn(stored));
    this.#readValue = (column) => fromColumn(readValue(column));
    this.#readContent = (column) => fromColumn(readContent(column));
    this.#readAmount = (column) => Number(readAmount(column));
  }

  /** Converts a name, or an interval's name, to what its column stores. */
  key(text: string): string | Uint8Array {
    return this.#text.bind(textKey(text));
  }

  /** Converts a name, or an interval's name, for the rows of an insert. */
  rowKey(text: string): string | Uint8Array {
    return this.rowText(textKey(text));
  }

  /** Converts text in full, for the rows of an insert. */
  rowText(text: string): string | Uint8Array {
    return bindInRow(this.#dialect, text);
  }

  /** Returns the function that decodes a column of this kind. */
  readerOf(kind: ColumnKind): (column: unknown) => unknown {
    return reader(this.#dialect, kind);
  }

  intervalKey(interval: string): string | Uint8Array {
    const found = this.#intervals.get(interval);
    if (found !== undefined) return found;
    const key = this.key(interval);
    this.#intervals.set(interval, key);
    return key;
  }

  /** Appends the parameters of a write's rows and returns the number of rows. */
  append(write: BucketWrite, { interval, window, name }: RowLead, into: unknown[]): number {
    const { type, valueType } = this.#layout;
    const { bucket, resolution, data } = write;
    if (typeof data !== 'object' || data === null) {
      if (data === null) return 0;
      into.push(interval, window, name, bucket, resolution, type === 'count' ? data : this.#bindValue(data));
      return 1;
    }
    if (Array.isArray(data)) {
      let position = 0;
      for (const value of data) {
        into.push(interval, window, name, bucket, resolution);
        if (this.#numbered) into.push(++position);
        into.push(this.#bindValue(value));
      }
      return data.length;
    }
    // All writers lock the values of a bucket in the same order.
    const values = data.size > 1 ? [...data.keys()].sort(byValue) : data.keys();
    for (const value of values) {
      into.push(interval, window, name, bucket, resolution);
      if (valueType.long) this.#appendLong(value, into);
      else into.push(this.#bindValue(value));
      if (isMap(data)) into.push(data.get(value));
    }
    return data.size;
  }

  #appendLong(value: StoredValue, into: unknown[]): void {
    if (this.#layout.valueType.name === 'blob') {
      const bytes = this.#layout.valueType.toColumn?.(value);
      const { key, digested } = bytesKey(Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0));
      into.push(key, digested ? this.#bindContent(value) : null);
    } else {
      const text = String(value);
      into.push(this.rowKey(text), isDigested(text) ? this.#bindContent(value) : null);
    }
  }

  /** Converts the rows of a read to buckets: one for each name, bucket and resolution. */
  buckets(
    rows: readonly (readonly unknown[])[],
    columns: readonly Column[],
    nameOf: (key: unknown) => string,
    place: Place = COARSE,
  ): Iterable<BucketRow> {
    const { type } = this.#layout;
    return type === 'count' || type === 'gauge'
      ? this.#single(rows, columns, nameOf, place)
      : this.#collected(rows, columns, nameOf, place);
  }

  /** For types with one row per bucket. */
  #single(
    rows: readonly (readonly unknown[])[],
    columns: readonly Column[],
    nameOf: (key: unknown) => string,
    place: Place,
  ): Iterable<BucketRow> {
    const { name, bucket, resolution, window, at } = placesIn(columns);
    const isCount = this.#layout.type === 'count';
    const data = at(isCount ? 'amount' : 'value');
    const read = isCount ? this.#readAmount : this.#readValue;
    const only = name < 0 ? nameOf(undefined) : undefined;
    return each(rows, (row) => {
      const rowBucket = bucket < 0 ? place.bucket : Number(row[bucket]);
      return {
        name: only ?? nameOf(this.#text.read(row[name])),
        bucket: rowBucket,
        resolution: resolution < 0 ? place.resolutionOf(rowBucket, row[window]) : Number(row[resolution]),
        data: read(row[data]),
      };
    });
  }

  /**
   * Does the same for one name and whole columns, as the driver returns them or `unpacked`. Only for types
   * with one row per bucket.
   */
  bucketsOfColumns(
    name: string,
    columns: readonly Column[],
    cells: readonly Cells[],
    unpacked = false,
  ): Iterable<BucketRow> {
    const { bucket, resolution, at } = placesIn(columns);
    const isCount = this.#layout.type === 'count';
    const read = unpacked ? same : isCount ? this.#readAmount : this.#readValue;
    const resolutions = cells[resolution];
    const data = cells[at(isCount ? 'amount' : 'value')] ?? [];
    return each(cells[bucket] ?? [], (rowBucket, row) => ({
      name,
      bucket: Number(rowBucket),
      resolution: resolutions === undefined ? 0 : Number(resolutions[row]),
      data: read(data[row]),
    }));
  }

  /** For types with one row per value. */
  *#collected(
    rows: readonly (readonly unknown[])[],
    columns: readonly Column[],
    nameOf: (key: unknown) => string,
    place: Place,
  ): Generator<BucketRow> {
    const { name, bucket, resolution, window, at } = placesIn(columns);
    const { type } = this.#layout;
    const [value, content, count] = [at('value'), at('content'), at('count')];
    const sequence = at('sequence');
    // The rows of a bucket may be scattered: a plan can scan windows side by side.
    const found = new Map<string, { readonly row: BucketRow; readonly collector: Collector }>();
    let open: { readonly key: string; readonly collector: Collector } | undefined;
    for (const row of rows) {
      const rowName = name < 0 ? undefined : this.#text.read(row[name]);
      const rowBucket = bucket < 0 ? place.bucket : row[bucket];
      const rowResolution =
        resolution < 0 ? place.resolutionOf(Number(rowBucket), row[window]) : row[resolution];
      const key = `${rowBucket} ${rowResolution} ${rowName}`;
      if (open?.key !== key) {
        const known = found.get(key) ?? {
          collector: collectorOf(type),
          row: {
            name: nameOf(rowName),
            bucket: Number(rowBucket),
            resolution: Number(rowResolution),
            data: null,
          },
        };
        found.set(key, known);
        open = { key, collector: known.collector };
      }
      const whole = content < 0 || row[content] === null ? undefined : row[content];
      open.collector.add(
        whole === undefined ? this.#readValue(row[value]) : this.#readContent(whole),
        count < 0 ? Number(row[sequence]) : this.#readAmount(row[count]),
      );
    }
    for (const { row, collector } of found.values()) yield { ...row, data: collector.data() };
  }
}

/** Supplies the bucket, or the resolution, of rows that lack it. The resolution may depend on the window. */
export interface Place {
  readonly bucket: number;
  resolutionOf(bucket: number, window: unknown): number;
}

const COARSE: Place = { bucket: 0, resolutionOf: () => 0 };

interface Collector {
  /** Adds a value, with its count or its place in the order of values. */
  add(value: unknown, number: number): void;
  data(): unknown;
}

function collectorOf(type: Layout['type']): Collector {
  if (type === 'series') {
    const values: { readonly value: unknown; readonly place: number }[] = [];
    let ordered = true;
    return {
      add: (value, place) => {
        ordered &&= place >= (values.at(-1)?.place ?? Number.NEGATIVE_INFINITY);
        values.push({ value, place });
      },
      data: () => {
        if (!ordered) values.sort((a, b) => a.place - b.place);
        return values.map(({ value }) => value);
      },
    };
  }
  if (type === 'set') {
    const data = new Set<unknown>();
    return { add: (value) => void data.add(value), data: () => data };
  }
  const data = new Map<unknown, number>();
  return { add: (value, count) => void data.set(value, count), data: () => data };
}

type Convert = (value: unknown) => unknown;

function binder({ text, bind }: Dialect, kind: ColumnKind): Convert {
  return kind === 'key' || kind === 'text' ? (value) => text.bind(String(value)) : (bind[kind] ?? same);
}

function rowBinder(dialect: Dialect, kind: ColumnKind): Convert {
  const isText = kind === 'key' || kind === 'text';
  return isText ? (value) => bindInRow(dialect, String(value)) : binder(dialect, kind);
}

function bindInRow({ text }: Dialect, given: string): string | Uint8Array {
  return text.bindInRow === undefined ? text.bind(given) : text.bindInRow(given);
}

function reader({ text, read }: Dialect, kind: ColumnKind): Convert {
  return kind === 'key' || kind === 'text' ? text.read : (read[kind] ?? same);
}

function same<V>(value: V): V {
  return value;
}

function byValue(a: StoredValue, b: StoredValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The positions of the columns that identify rows, and of any other; -1 if absent. */
function placesIn(columns: readonly Column[]) {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  return { name: at('name'), bucket: at('bucket'), resolution: at('resolution'), window: at('window'), at };
}

/** Maps rows lazily. A generator would cost more than most of the conversions. */
function each<R, B>(rows: readonly R[], make: (row: R, place: number) => B): Iterable<B> {
  return {
    [Symbol.iterator]: () => {
      let place = 0;
      return {
        next: () => {
          const row = rows[place];
          return row === undefined
            ? { done: true, value: undefined }
            : { done: false, value: make(row, place++) };
        },
      };
    },
  };
}
