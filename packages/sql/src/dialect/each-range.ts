import { type RawBuilder, sql } from 'kysely';

/**
 * Runs a query for each of several ranges of names and combines the results. With no ranges, runs it once
 * with `within` false, for all names.
 */
export function eachRange(
  ranges: number,
  namesOf: (within: boolean) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (ranges === 0) return namesOf(false);
  const names = namesOf(true);
  const each = Array.from({ length: ranges }, () => sql`select * from (${names}) as names`);
  return sql.join(each, sql` union all `);
}
