import { sql } from 'kysely';
import type { Column } from './column.js';
import type { Dialect } from './dialect.js';
import { mysql } from './mysql.js';
import { parameter, tuples } from './parameters.js';

/** Printable ASCII without quotes and backslashes, which the driver escapes whatever the SQL mode. */
const PLAIN = /^[ !#-&(-[\]-~]*$/;

/**
 * MySQL and MariaDB where the driver writes values into the text of statements. It writes bytes as hexadecimal digits,
 * which takes it and the server far longer than text. So rows hold plain text as text.
 */
export const mysqlText: Dialect = {
  ...mysql,
  // An introducer keeps the bytes, whatever the connection's character set. There is none for NULL.
  rows: (columns, count) => {
    const form = (column: number) => (isBinary(columns[column]) ? sql`_binary ${parameter}` : parameter);
    return tuples(count, columns.length, form);
  },
  text: { ...mysql.text, bindInRow: (text) => (PLAIN.test(text) ? text : mysql.text.bind(text)) },
};

function isBinary(column: Column | undefined): boolean {
  return (
    column !== undefined && column.nullable !== true && (column.kind === 'key' || column.kind === 'text')
  );
}
