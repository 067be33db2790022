import { type BucketWrite, elapsed, type TimeseriesType } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import { parameter } from '../dialect/parameters.js';
import { isOfMovedShards } from '../dialect/vitess.js';
import { textKey } from '../key.js';
import { padded } from '../padded.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from '../statements/compiled.js';

const NAMES_AT_ONCE = 1024;
/**
 * How many names are remembered, and for how long in milliseconds. Shards can be split while a process runs.
 */
const REMEMBERED = 100_000;
const FRESH = 60_000;

/**
 * Finds the shard of each name. Writes to one shard are stored together or not at all; writes to several are
 * committed by Vitess shard by shard.
 */
export class Shards {
  readonly #session: Session;
  readonly #vindex: string;
  readonly #compiled: Compiled;
  readonly #known = new Map<string, string>();
  #since = Number.NEGATIVE_INFINITY;

  /** `vindex` is that of the tables, in Kysely's form. */
  constructor(session: Session, vindex: string) {
    this.#session = session;
    this.#vindex = vindex;
    this.#compiled = new Compiled(session.kysely);
  }

  /** Groups writes by shard and keeps their order. */
  async parted<T extends TimeseriesType>(
    writes: readonly BucketWrite<T>[],
  ): Promise<readonly (readonly BucketWrite<T>[])[]> {
    const [first] = writes;
    if (first === undefined || writes.every(({ name }) => name === first.name)) return [writes];
    const shards = await this.#of(new Set(writes.map(({ name }) => name)));
    const parts = new Map<string, BucketWrite<T>[]>();
    for (const write of writes) {
      const shard = shards.get(write.name) ?? '';
      const part = parts.get(shard);
      if (part === undefined) parts.set(shard, [write]);
      else part.push(write);
    }
    return [...parts.values()];
  }

  /** Whether a statement was not carried out because the shards have changed. */
  areMovedBy(error: unknown): boolean {
    return isOfMovedShards(error);
  }

  /** Call this after a failure: the shards may have changed. */
  forget(): void {
    this.#known.clear();
  }

  async #of(names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    if (elapsed() - this.#since > FRESH || this.#known.size > REMEMBERED) {
      this.#known.clear();
      this.#since = elapsed();
    }
    const unknown = [...names].filter((name) => !this.#known.has(name));
    for (let start = 0; start < unknown.length; start += NAMES_AT_ONCE) {
      await this.#learn(unknown.slice(start, start + NAMES_AT_ONCE));
    }
    return this.#known;
  }

  async #learn(names: readonly string[]): Promise<void> {
    const { text } = this.#session.dialect;
    const keys = padded(names.map(textKey), NAMES_AT_ONCE);
    const rows = await this.#session.rows(
      this.#statement(keys.length),
      keys.map((key) => text.bind(key)),
    );
    const shards = new Map(rows.map(([key, shard]) => [text.read(key), text.read(shard)]));
    for (const name of names) this.#known.set(name, shards.get(textKey(name)) ?? '');
  }

  #statement(names: number): Statement {
    return this.#compiled.once(`shards of ${names}`, () => {
      const keys = sql.join(Array<RawBuilder<unknown>>(names).fill(parameter));
      return sql`select id, shard from ${sql.table(this.#vindex)} where id in (${keys})`;
    });
  }
}
