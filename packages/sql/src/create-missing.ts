import { sql } from 'kysely';
import type { Creation } from './dialect/dialect.js';
import { bareName } from './dialect/table-name.js';
import type { Session } from './session/session.js';

/**
 * Creates missing tables. Any number of processes can do so at once. If all tables exist, it locks nothing
 * and needs no `CREATE` privilege. Each transaction creates at most `most` tables.
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
