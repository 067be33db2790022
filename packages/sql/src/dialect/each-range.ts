import { type RawBuilder, sql } from 'kysely';

/** The names of several ranges from a query of the names of one; `within` is false where all are wanted. */
export function eachRange(
  ranges: number,
  namesOf: (within: boolean) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (ranges === 0) return namesOf(false);
  const names = namesOf(true);
  const each = Array.from({ length: ranges }, () => sql`select name from (${names}) as names`);
  return sql.join(each, sql` union all `);
}
