import { type RawBuilder, sql } from 'kysely';

/** 2^53: below it, a double holds every whole number. */
export const EXACT_BELOW = sql.lit(2 ** 53);

/** A condition: whether no sum of some of these doubles leaves the range of exact whole numbers. */
export function exactBySizes(doubles: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`sum(abs(${doubles})) < ${EXACT_BELOW}`;
}
