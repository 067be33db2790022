import type { Kysely, RawBuilder } from 'kysely';
import type { SqlTables } from '../fetch.js';
import type { Statement } from '../session/session.js';

/** Caches statements by key and compiles each once. Parameters come in order of appearance. */
export class Compiled {
  readonly #kysely: Kysely<SqlTables>;
  readonly #statements = new Map<string, Statement>();

  constructor(kysely: Kysely<SqlTables>) {
    this.#kysely = kysely;
  }

  once(shape: string, build: () => RawBuilder<unknown>): Statement {
    const found = this.#statements.get(shape);
    if (found !== undefined) return found;
    const statement = { sql: build().compile(this.#kysely).sql };
    this.#statements.set(shape, statement);
    return statement;
  }
}
