import { sql } from 'kysely';
import type { Creation } from './dialect/dialect.js';
import { bareName } from './dialect/table-name.js';
import type { Session } from './session/session.js';

/**
 * Creates the tables that are missing, safely beside other processes that do the same. It looks first: where all are
 * there, nothing is locked, and no right to create is needed. At most so many are created in one transaction.
 */
export async function createMissing(
  creations: readonly Creation[],
  session: Session,
  schema: string | undefined,
  most = creations.length,
): Promise<void> {
  const { dialect, kysely } = session;
  const wanted = sql.join(creations.map(({ table }) => sql.lit(bareName(table))));
  const rows = await session.rows(dialect.tablesAmong(wanted, schema).compile(kysely), []);
  const there = new Set(rows.map(([table]) => String(table)));
  const missing = creations.filter(({ table }) => !there.has(bareName(table)));
  for (let start = 0; start < missing.length; start += most) {
    await dialect.createTables(missing.slice(start, start + most), session);
  }
}
