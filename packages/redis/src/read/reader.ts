import { type BucketQuery, type BucketRow, forEachAtOnce, type TimeseriesType } from '@kairos/core';
import { addRows, addWindowRows, listOf, textsOf } from '../data.js';
import { indexKey, type Layout, shardOf } from '../layout.js';
import { askWhileMoving, isMoving } from '../moving.js';
import type { Placement, Placements } from '../placement.js';
import { runsScript } from '../scripts/name-index.js';
import { readPlan } from '../scripts/read-scripts.js';
import type { Sender } from '../sender.js';
import { type Folding, foldingOf } from './folding.js';
import { placesOf } from './places.js';
import { partsOf, type Span, unitsOf } from './units.js';

/** The number of windows or buckets that one call reads: few enough not to block the server for long. */
const READ_AT_A_TIME = { windows: 64, buckets: 512 };

/** The most windows or buckets of a query in flight at once, so that calls and replies of many names do not pile up. */
export const READ_AT_ONCE = { windows: 2_048, buckets: 2 ** 18 };

/** For a longer range, the reader first asks the index which windows or buckets exist, and reads only those. */
const UNGUIDED = READ_AT_ONCE;

/** The most calls in flight at once that add up; their replies are short. */
const FOLDS_AT_ONCE = { windows: 16, buckets: 512 };

/** The most indexes to ask for at once. */
const NAMES_AT_ONCE = 64;

export interface ReaderParts {
  readonly type: TimeseriesType;
  readonly sender: Sender;
  readonly layout: Layout;
  readonly placements: Placements;
}

/** Reads buckets; the server adds them up if the query allows it. */
export class Reader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async read(query: BucketQuery): Promise<BucketRow[]> {
    const placement = this.#parts.placements.of(query.interval);
    const spans = await this.#spansOf(query, placement);
    const folding = foldingOf(this.#parts.type, placement, query);
    const folded = folding === null ? null : await this.#readFolded(query, placement, spans, folding);
    if (folded !== null) return folded;
    const rows: BucketRow[] = [];
    const { kind, count } = unitsOf(query, placement);
    const parts = Math.ceil(READ_AT_ONCE[kind] / Math.min(count, READ_AT_A_TIME[kind]));
    await forEachAtOnce(partsOf(spans, READ_AT_A_TIME[kind]), parts, (span) =>
      this.#readIndexed(rows, { ...query, names: [span.name] }, placement, span),
    );
    return rows;
  }

  /** The spans that may hold data of a query: its whole range or, if that is long, the entries of the index. */
  async #spansOf(query: BucketQuery, placement: Placement): Promise<Span[]> {
    const { kind, first, last } = unitsOf(query, placement);
    if (last - first < UNGUIDED[kind]) return query.names.map((name) => ({ name, first, last }));
    const { sender } = this.#parts;
    const spans: Span[] = [];
    await forEachAtOnce(query.names, NAMES_AT_ONCE, async (name) => {
      const reply = await askWhileMoving(sender, {
        script: runsScript,
        keys: [this.#indexOf(name)],
        args: [placement.field, String(first), String(last)],
      });
      const runs = listOf(reply).map(Number);
      for (let i = 0; i < runs.length; i += 2) {
        const [start = 0, length = 0] = runs.slice(i, i + 2);
        spans.push({ name, first: Math.max(first, start), last: Math.min(last, start + length - 1) });
      }
    });
    return spans;
  }

  /** Has the server add up; `null` if it cannot do so exactly or at this moment, so that the data must be read. */
  async #readFolded(
    query: BucketQuery,
    placement: Placement,
    spans: readonly Span[],
    folding: Folding,
  ): Promise<BucketRow[] | null> {
    const rows: BucketRow[] = [];
    const { kind } = unitsOf(query, placement);
    let counted = 0;
    let exact = true;
    await forEachAtOnce(
      partsOf(spans, folding.atATime),
      FOLDS_AT_ONCE[kind],
      async ({ name, first, last }) => {
        if (!exact) return;
        const part = folding.part(first, last);
        const outcome = await this.#parts.sender.send({
          script: folding.script,
          keys: [this.#indexOf(name)],
          args: [name, placement.field, String(first), String(last), ...part.args],
        });
        if (outcome.fate === 'done') {
          const [size, found] = listOf(outcome.reply);
          // Core adds up the parts, so the total of all magnitudes must be exact.
          counted += size === null ? Number.POSITIVE_INFINITY : Number(size);
          exact &&= counted <= Number.MAX_SAFE_INTEGER;
          if (exact) for (const row of part.rows(name, listOf(found))) rows.push(row);
        } else if (isMoving(outcome.error)) {
          exact = false;
        } else {
          throw outcome.error;
        }
      },
    );
    return exact ? rows : null;
  }

  /** Reads the windows or buckets of a span that the index contains. */
  async #readIndexed(rows: BucketRow[], query: BucketQuery, placement: Placement, span: Span): Promise<void> {
    const { type, sender } = this.#parts;
    const { name, first, last } = span;
    const outcome = await sender.send({
      script: readPlan(type).script,
      keys: [this.#indexOf(name)],
      args: [name, placement.field, String(first), String(last)],
    });
    if (outcome.fate === 'done') {
      for (const [unit, reply] of unitsWithData(outcome.reply)) {
        this.#addRows(rows, query, placement, unit, reply);
      }
    } else if (isMoving(outcome.error)) {
      await this.#readSingly(rows, query, placement, span);
    } else {
      throw outcome.error;
    }
  }

  /** Reads each window or bucket with its own command, which works while a cluster moves the slot. */
  async #readSingly(rows: BucketRow[], query: BucketQuery, placement: Placement, span: Span): Promise<void> {
    const { type, sender, layout } = this.#parts;
    const { client } = sender;
    const { single } = readPlan(type);
    for (const part of placesOf(layout, [span.name], placement, span)) {
      sender.gather();
      const replies = await sender.answerOf(
        Promise.all(
          part.map(({ key }): Promise<unknown> => {
            if (single === 'lrange') return client.lrange(key, 0, -1);
            return client[single](key);
          }),
        ),
      );
      for (const [i, { unit }] of part.entries()) {
        if (textsOf(replies[i]).length > 0) this.#addRows(rows, query, placement, unit, replies[i]);
      }
    }
  }

  #addRows(
    rows: BucketRow[],
    query: BucketQuery,
    { interval, windows }: Placement,
    unit: number,
    reply: unknown,
  ): void {
    const [name = ''] = query.names;
    if (windows !== undefined) addWindowRows(rows, this.#parts.type, windows, query, unit, reply);
    else addRows(rows, this.#parts.type, interval.resolution !== null, { name, bucket: unit }, reply);
  }

  #indexOf(name: string): string {
    return indexKey(this.#parts.layout.names(shardOf(name)), name);
  }
}

/** The windows or buckets with data, from the runs and the data that the read script returns. */
function* unitsWithData(reply: unknown): Generator<readonly [unit: number, reply: unknown]> {
  const [runs, data] = listOf(reply).map(listOf);
  let next = 0;
  for (let i = 0; runs !== undefined && i < runs.length; i += 2) {
    const first = Number(runs[i]);
    const end = first + Number(runs[i + 1]);
    for (let unit = first; unit < end; unit++) {
      const found = data?.[next++];
      if (found !== null && found !== undefined) yield [unit, found];
    }
  }
}
