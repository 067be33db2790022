import { type RawBuilder, sql } from 'kysely';

/** A WHERE that combines some conditions, or nothing if there are none. */
export function whereAll(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
}
