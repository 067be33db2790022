import { type RawBuilder, sql } from 'kysely';

/** What is found in several ranges of names, from a query of one; `within` is false where all are wanted. */
export function eachRange(
  ranges: number,
  namesOf: (within: boolean) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (ranges === 0) return namesOf(false);
  const names = namesOf(true);
  const each = Array.from({ length: ranges }, () => sql`select * from (${names}) as names`);
  return sql.join(each, sql` union all `);
}
