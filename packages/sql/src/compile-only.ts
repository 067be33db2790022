import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Dialect } from './dialect/dialect.js';
import { mysql } from './dialect/mysql.js';
import { postgres } from './dialect/postgres.js';
import { sqlite } from './dialect/sqlite.js';
import type { SqlTables } from './fetch.js';

/** A dialect, and a Kysely without a connection that compiles for it. */
export interface Compiler {
  readonly dialect: Dialect;
  readonly kysely: Kysely<SqlTables>;
}

const createDriver = () => new DummyDriver();

export const compilers: { readonly [N in Dialect['name']]: () => Compiler } = {
  sqlite: () => ({
    dialect: sqlite,
    kysely: new Kysely({
      dialect: {
        createDriver,
        createAdapter: () => new SqliteAdapter(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    }),
  }),
  postgres: () => ({
    dialect: postgres,
    kysely: new Kysely({
      dialect: {
        createDriver,
        createAdapter: () => new PostgresAdapter(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
  }),
  mysql: () => ({
    dialect: mysql,
    kysely: new Kysely({
      dialect: {
        createDriver,
        createAdapter: () => new MysqlAdapter(),
        createIntrospector: (db) => new MysqlIntrospector(db),
        createQueryCompiler: () => new MysqlQueryCompiler(),
      },
    }),
  }),
};
