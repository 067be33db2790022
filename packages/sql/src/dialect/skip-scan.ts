import { type RawBuilder, sql } from 'kysely';
import type { Page } from './dialect.js';
import { whereAll } from './where.js';

/**
 * The names of a table by steps from each to the next along the primary key: as many look-ups as names, however
 * many rows each has; of those of its rows that meet a condition.
 */
export function skipScan(table: string, page?: Page, of?: RawBuilder<unknown>): RawBuilder<unknown> {
  const name = sql.ref(`${table}.name`);
  const rows = sql.table(table);
  const within = of === undefined ? [] : [of];
  const beyond = whereAll(page === undefined ? within : [...within, sql`${name} > ${page.after}`]);
  const limit = page === undefined ? sql`` : sql` and found.place < ${page.limit}`;
  const next = sql`(select min(${name}) from ${rows}${whereAll([...within, sql`${name} > found.name`])})`;
  return sql`with recursive found (name, place) as (select min(${name}), 1 from ${rows}${beyond} union all select ${next}, found.place + 1 from found where found.name is not null${limit}) select name from found where name is not null`;
}
