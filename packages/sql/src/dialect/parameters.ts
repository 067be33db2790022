import { type RawBuilder, sql } from 'kysely';

/** A placeholder for a parameter while a statement is compiled. Only its place matters. */
export const parameter = sql.val(null);

/** Rows with a parameter for each value. */
export function tuples(rows: number, width: number): RawBuilder<unknown> {
  const tuple = sql`(${sql.join(Array(width).fill(parameter))})`;
  return sql`values ${sql.join(Array(rows).fill(tuple))}`;
}
