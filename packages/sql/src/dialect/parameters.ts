import { type RawBuilder, sql } from 'kysely';

/** A placeholder for a parameter while a statement is compiled. Only its place matters. */
export const parameter = sql.val(null);

/** Rows with a parameter for each value. `form` says how to write the parameter of a column; without it, all alike. */
export function tuples(
  rows: number,
  width: number,
  form: (column: number) => RawBuilder<unknown> = () => parameter,
): RawBuilder<unknown> {
  const tuple = sql`(${sql.join(Array.from({ length: width }, (_, column) => form(column)))})`;
  return sql`values ${sql.join(Array(rows).fill(tuple))}`;
}
