import type { Layout } from '../layout.js';
import type { IntegerColumn } from '../session/integer.js';
import type { Statement } from '../session/session.js';
import { ttlOf } from '../write/ttl.js';
import type { Entry, Window } from './entries.js';

/** Number of partitions that names are spread over, so that none of them is hot or large. */
const SHARDS = 32;

/** The shards of names. */
export const shards: readonly number[] = [...Array(SHARDS).keys()];

/** FNV-1a over UTF-16. Every process must compute the same shard. */
export function shardOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % SHARDS;
}

/** The statements of a timeseries' directory, over its two tables. */
export class DirectoryStatements {
  readonly #integer: IntegerColumn;
  readonly #series: string;
  readonly #touch: string;
  readonly #setHint: string;
  readonly #dropHint: string;
  readonly #addWindow: string;
  readonly #shardNames: string;
  readonly #nameWindows: string;
  readonly #removeName: string;
  readonly #removeWindows: string;

  constructor(integer: IntegerColumn, { series, names, windows }: Layout) {
    this.#integer = integer;
    this.#series = series;
    const name = 'series = ? AND shard = ? AND name = ?';
    this.#touch = `UPDATE ${names.qualified} SET touched = ? WHERE ${name} AND interval = ?`;
    this.#setHint = `UPDATE ${names.qualified} USING TTL ? SET hint = ? WHERE ${name} AND interval = ?`;
    this.#dropHint = `UPDATE ${names.qualified} SET hint = null, touched = ? WHERE ${name} AND interval = ?`;
    this.#shardNames = `SELECT name, interval, hint, touched FROM ${names.qualified} WHERE series = ? AND shard = ?`;
    this.#removeName = `DELETE FROM ${names.qualified} WHERE ${name}`;
    this.#addWindow = `INSERT INTO ${windows.qualified} (series, name, interval, window) VALUES (?, ?, ?, ?) USING TTL ?`;
    this.#nameWindows = `SELECT interval, window FROM ${windows.qualified} WHERE series = ? AND name = ?`;
    this.#removeWindows = `DELETE FROM ${windows.qualified} WHERE series = ? AND name = ?`;
  }

  /** Enters an interval of a name. An entry never expires; its hint expires with the bucket. */
  touch({ name, interval }: Entry, moment: number): Statement {
    const params = [this.#integer(moment), ...this.#keyOf(name), interval];
    return { query: this.#touch, params };
  }

  setHint({ name, interval, hint }: Entry): Statement {
    const { bucket, expiresAt } = hint;
    const params = [ttlOf(expiresAt), this.#integer(bucket), ...this.#keyOf(name), interval];
    return { query: this.#setHint, params };
  }

  dropHint(name: string, interval: string, moment: number): Statement {
    return { query: this.#dropHint, params: [this.#integer(moment), ...this.#keyOf(name), interval] };
  }

  addWindows({ name, interval, windows }: Entry): Statement[] {
    return windows.map(({ window, expiresAt }) => ({
      query: this.#addWindow,
      params: [this.#series, name, interval, this.#integer(window), ttlOf(expiresAt)],
    }));
  }

  /** Selects the entries of a shard by name. Optional bounds: the first name, and the end, which is excluded. */
  shardNames(shard: number, bounds: readonly string[]): Statement {
    const within = [' AND name >= ?', ' AND name < ?'].slice(0, bounds.length).join('');
    return { query: `${this.#shardNames}${within}`, params: [this.#series, shard, ...bounds] };
  }

  nameEntry(name: string): Statement {
    return { query: `${this.#shardNames} AND name = ?`, params: this.#keyOf(name) };
  }

  windowsOf(name: string): Statement {
    return { query: this.#nameWindows, params: [this.#series, name] };
  }

  windowsWithin(name: string, interval: string, first: number, last: number): Statement {
    return {
      query: `${this.#nameWindows} AND interval = ? AND window >= ? AND window <= ?`,
      params: [this.#series, name, interval, this.#integer(first), this.#integer(last)],
    };
  }

  removeName(name: string): Statement {
    return { query: this.#removeName, params: this.#keyOf(name) };
  }

  removeWindows(name: string): Statement {
    return { query: this.#removeWindows, params: [this.#series, name] };
  }

  removeWindow(name: string, { interval, window }: Window): Statement {
    return {
      query: `${this.#removeWindows} AND interval = ? AND window = ?`,
      params: [this.#series, name, interval, this.#integer(window)],
    };
  }

  #keyOf(name: string): readonly unknown[] {
    return [this.#series, shardOf(name), name];
  }
}
