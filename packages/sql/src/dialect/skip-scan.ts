import { type RawBuilder, sql } from 'kysely';

/**
 * The names of a table by steps from each to the next along the primary key: as many look-ups as names, however
 * many rows each has.
 */
export function skipScan(table: string): RawBuilder<unknown> {
  const name = sql.ref(`${table}.name`);
  const rows = sql.table(table);
  const next = sql`(select min(${name}) from ${rows} where ${name} > found.name)`;
  return sql`with recursive found (name) as (select min(${name}) from ${rows} union all select ${next} from found where found.name is not null) select name from found where name is not null`;
}
