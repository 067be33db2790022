import { type RawBuilder, sql } from 'kysely';
import type { Column } from '../dialect/column.js';
import { parameter } from '../dialect/parameters.js';
import { textKey } from '../key.js';
import { type Layout, WINDOWS_KEY } from '../layout.js';

/** Columns as a statement lists them. */
export function listOf(columns: readonly Column[]): RawBuilder<unknown> {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}

/** Which rows are in no partition of their own, where some are. */
export function outsidePartitions({ partitions }: Layout): readonly RawBuilder<unknown>[] {
  return [...partitions.keys()].map((name) => sql`${sql.ref('interval')} <> ${sql.lit(textKey(name))}`);
}

/** Parameters: interval, first and last bucket. PostgreSQL looks at the partitions alone in which they can be. */
export const inSlice = sql`${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter} and ${sql.ref('bucket')} <= ${parameter}`;

/** The rows `d` of the entry `e`; parameters: interval, by which PostgreSQL knows the partitions. */
export const ofEntry = sql`${sql.ref('d.interval')} = ${parameter} and ${sql.ref('d.window')} = ${sql.ref('e.window')} and ${sql.ref('d.name')} = ${sql.ref('e.name')}`;

/** The rows `d` of the entry `e`, without parameters. */
export const sameEntry = sql.join(
  WINDOWS_KEY.map((column) => sql`${sql.ref(`d.${column}`)} = ${sql.ref(`e.${column}`)}`),
  sql` and `,
);

/** Parameters: first and last bucket. */
export const inBuckets = sql`${sql.ref('d.bucket')} >= ${parameter} and ${sql.ref('d.bucket')} <= ${parameter}`;

/** Parameters: interval, first and last window. */
export const entryInWindows = sql`${sql.ref('e.interval')} = ${parameter} and ${sql.ref('e.window')} >= ${parameter} and ${sql.ref('e.window')} <= ${parameter}`;

/** By the key, without a comparison of several columns at once; parameters: window, window, name. */
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
