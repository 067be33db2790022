import { type RawBuilder, sql } from 'kysely';
import type { Column } from '../dialect/column.js';
import { parameter } from '../dialect/parameters.js';
import { textKey } from '../key.js';
import { type Layout, WINDOWS_KEY } from '../layout.js';

/** A list of columns in a statement. */
export function listOf(columns: readonly Column[]): RawBuilder<unknown> {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}

/** Limits rows to the intervals without partitions of their own, if there are partitions. */
export function outsidePartitions({ partitions }: Layout): readonly RawBuilder<unknown>[] {
  return [...partitions.keys()].map((name) => sql`${sql.ref('interval')} <> ${sql.lit(textKey(name))}`);
}

/**
 * Parameters: interval, first and last bucket. PostgreSQL then looks only at the partitions that may contain
 * them.
 */
export const inSlice = sql`${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter} and ${sql.ref('bucket')} <= ${parameter}`;

/** The rows `d` of the entry `e`. Parameters: interval, which lets PostgreSQL choose the partitions. */
export const ofEntry = sql`${sql.ref('d.interval')} = ${parameter} and ${sql.ref('d.window')} = ${sql.ref('e.window')} and ${sql.ref('d.name')} = ${sql.ref('e.name')}`;

/** The rows `d` of the entry `e`; no parameters. */
export const sameEntry = sql.join(
  WINDOWS_KEY.map((column) => sql`${sql.ref(`d.${column}`)} = ${sql.ref(`e.${column}`)}`),
  sql` and `,
);

/** Parameters: first and last bucket. */
export const inBuckets = sql`${sql.ref('d.bucket')} >= ${parameter} and ${sql.ref('d.bucket')} <= ${parameter}`;

/** Parameters: interval, first and last window. */
export const entryInWindows = sql`${sql.ref('e.interval')} = ${parameter} and ${sql.ref('e.window')} >= ${parameter} and ${sql.ref('e.window')} <= ${parameter}`;

/** Uses the key without comparing several columns at once. Parameters: window, window, name. */
export function beyond(than: '<' | '>'): RawBuilder<unknown> {
  const [window, name, operator] = [sql.ref('window'), sql.ref('name'), sql.raw(than)];
  return sql`(${window} ${operator} ${parameter} or (${window} = ${parameter} and ${name} ${operator} ${parameter}))`;
}

/** Parameters: the names. */
export function nameIn(count: number, column = 'name'): RawBuilder<unknown> {
  const name = sql.ref(column);
  return count === 1
    ? sql`${name} = ${parameter}`
    : sql`${name} in (${sql.join(Array(count).fill(parameter))})`;
}
