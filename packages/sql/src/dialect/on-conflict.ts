import { type RawBuilder, sql } from 'kysely';
import type { Change } from './dialect.js';
import { whereAll } from './where.js';

/** Adds a given value to that of the existing row. */
type Add = (held: RawBuilder<unknown>, given: RawBuilder<unknown>) => RawBuilder<unknown>;

/** The upsert of SQLite and PostgreSQL. */
export function onConflict(
  table: string,
  key: readonly string[],
  changes: readonly Change[],
  add: Add = (held, given) => sql`${held} + ${given}`,
): RawBuilder<unknown> {
  if (changes.length === 0) return sql`on conflict do nothing`;
  const assignments = changes.map(({ column, how }) => {
    const given = sql.ref(`excluded.${column}`);
    const changed = {
      add: () => add(sql.ref(`${table}.${column}`), given),
      replace: () => given,
      clear: () => sql`null`,
    };
    return sql`${sql.ref(column)} = ${changed[how]()}`;
  });
  const unclear = changes
    .filter(({ how }) => how === 'clear')
    .map(({ column }) => sql`${sql.ref(`${table}.${column}`)} is not null`);
  const columns = sql.join(key.map((column) => sql.ref(column)));
  return sql`on conflict (${columns}) do update set ${sql.join(assignments)}${whereAll(unclear)}`;
}

/** Deletes rows that meet a condition, by their primary keys. */
export function deleteByKey(
  table: string,
  key: readonly string[],
  where: RawBuilder<unknown>,
  limit: RawBuilder<unknown>,
  of?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const rows = sql.table(table);
  const some = sql`(${columns}) in (select ${columns} from ${rows} where ${where} limit ${limit})`;
  return sql`delete from ${rows}${whereAll(of === undefined ? [some] : [of, some])}`;
}
