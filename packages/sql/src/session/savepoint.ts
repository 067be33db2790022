import { CompiledQuery, type Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/**
 * Runs work within a savepoint of a transaction. If the work fails, it is undone and the transaction can go
 * on.
 */
export async function inSavepoint(
  transaction: Kysely<SqlTables>,
  work: (transaction: Kysely<SqlTables>) => Promise<void>,
): Promise<void> {
  const run = (statement: string) => transaction.executeQuery(CompiledQuery.raw(statement));
  await run('savepoint kairos_steps');
  try {
    await work(transaction);
    await run('release savepoint kairos_steps');
  } catch (error) {
    // The savepoint is gone if the connection is lost or the server has rolled back everything. Then there is
    // nothing to undo.
    await run('rollback to savepoint kairos_steps').catch(() => undefined);
    throw error;
  }
}
