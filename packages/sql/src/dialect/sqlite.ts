import { sql } from 'kysely';
import { narrowed } from '../values/numbers.js';
import type { Dialect } from './dialect.js';

export const sqlite: Dialect = {
  name: 'sqlite',
  nul: true,
  // Longer statements are no faster: there is no round trip to save.
  rowsPerInsert: 32,
  parametersPerStatement: 32_766,
  bytesPerStatement: Number.POSITIVE_INFINITY,
  sequence: 'computed',
  columnType: (kind) => {
    switch (kind) {
      case 'key':
      case 'text':
        return 'TEXT';
      case 'keyBytes':
      case 'bytes':
        return 'BLOB';
      case 'real':
        return 'REAL';
      case 'integer':
      case 'long':
      case 'boolean':
      case 'sequence':
        return 'INTEGER';
    }
  },
  tableOptions: 'WITHOUT ROWID',
  indexOf: () => undefined,
  onConflict: (table, key, changes) =>
    changes.length === 0
      ? sql`on conflict do nothing`
      : sql`on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update set ${sql.join(
          changes.map(({ column, how }) =>
            how === 'add'
              ? sql`${sql.ref(column)} = ${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`
              : sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`,
          ),
        )}`,
  deleteSome: (table, key, where, limit) => {
    const columns = sql.join(key.map((column) => sql.ref(column)));
    return sql`delete from ${sql.table(table)} where (${columns}) in (select ${columns} from ${sql.table(table)} where ${where} limit ${limit})`;
  },
  select: ({ kind }, reference) => (kind === 'long' ? sql`cast(${reference} as text)` : reference),
  text: { bind: (text) => text, read: String },
  bind: { boolean: (value) => (value === true ? 1 : 0) },
  read: {
    bytes: plainBytes,
    keyBytes: plainBytes,
    integer: Number,
    boolean: (value) => Number(value) === 1,
    long: (value) => narrowed(BigInt(String(value))),
  },
  // Whatever fails, SQLite has rolled back: it is not a server that could have gone on alone.
  isRefusal: () => true,
  isTransient: () => false,
};

function plainBytes(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}
