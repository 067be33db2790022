import { CompiledQuery, type Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/** Does work in a transaction with a savepoint: if it fails, nothing of it is left, and the transaction can go on. */
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
    // There is none where the connection is lost, or the server has rolled back the whole: then nothing is left, either.
    await run('rollback to savepoint kairos_steps').catch(() => undefined);
    throw error;
  }
}
