import { type RawBuilder, sql } from 'kysely';

/** Stands for a parameter while a statement is compiled: its place is all that matters. */
export const parameter = sql.val(null);

/** Rows with a parameter for each value. */
export function tuples(rows: number, width: number): RawBuilder<unknown> {
  const tuple = sql`(${sql.join(Array(width).fill(parameter))})`;
  return sql`values ${sql.join(Array(rows).fill(tuple))}`;
}
