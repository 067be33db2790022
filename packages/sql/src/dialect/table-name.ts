/** The name of a table, as Kysely expects it. Neither part contains a dot. */
export function inSchema(schema: string | undefined, name: string): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** The name of a table without its schema. */
export function bareName(table: string): string {
  return table.slice(table.indexOf('.') + 1);
}
