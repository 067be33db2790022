import { type RawBuilder, sql } from 'kysely';

/** A WHERE with all of some conditions, or nothing where there are none. */
export function whereAll(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
}
