import { type RawBuilder, sql } from 'kysely';
import { parameter } from './parameters.js';

/**
 * The names of a table, with a step from each to the next along the primary key: as many look-ups as names, however
 * many rows each has. Parameters of those within a range: its beginning, its end, its end.
 */
export function skipScan(table: string, within: boolean): RawBuilder<unknown> {
  const name = sql.ref(`${table}.name`);
  const rows = sql.table(table);
  const [from, end] = within
    ? [sql` where ${name} >= ${parameter} and ${name} < ${parameter}`, sql` and ${name} < ${parameter}`]
    : [sql``, sql``];
  const next = sql`(select min(${name}) from ${rows} where ${name} > found.name${end})`;
  return sql`with recursive found (name) as (select min(${name}) from ${rows}${from} union all select ${next} from found where found.name is not null) select name from found where name is not null`;
}
