import { type RawBuilder, sql } from 'kysely';
import { parameter } from './parameters.js';

/**
 * Selects the names of a table by stepping from each to the next along the primary key. It needs one look-up
 * per name, however many rows each name has. Parameters if it is limited to a range: its beginning, its end,
 * its end.
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

/**
 * Selects the last entry of each name of a directory, with one step per name. For PostgreSQL; parameters as
 * in `skipScan`.
 */
export function skipToLast(table: string, within: boolean): RawBuilder<unknown> {
  const columns = sql.join(['name', 'interval', 'window', 'deleted'].map((column) => sql.ref(`e.${column}`)));
  const rows = sql`${sql.table(table)} as e`;
  const last = sql`order by e.name desc, ${sql.ref('e.interval')} desc, ${sql.ref('e.window')} desc limit 1`;
  // To step backwards from a name, the query needs the beginning of the range.
  const [begin, first, next, result] = within
    ? [
        sql`cast(${parameter} as text) collate "C"`,
        sql`where e.name < least(${parameter}, ${parameter})`,
        sql`and e.name >= found.start`,
        sql`where name >= start`,
      ]
    : [sql`null`, sql``, sql``, sql``];
  const found = sql`found (name, ${sql.ref('interval')}, ${sql.ref('window')}, deleted, start)`;
  return sql`with recursive ${found} as ((select ${columns}, ${begin} from ${rows} ${first} ${last}) union all select before.*, found.start from found cross join lateral (select ${columns} from ${rows} where e.name < found.name ${next} ${last}) as before) select * from found ${result}`;
}
