import type { Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/**
 * Runs work in a new transaction. If the work or the commit fails, it rejects with that error, whatever the
 * rollback does.
 */
export async function inOwnTransaction(
  kysely: Kysely<SqlTables>,
  work: (transaction: Kysely<SqlTables>) => Promise<void>,
): Promise<void> {
  await kysely.connection().execute(async (connection) => {
    const transaction = await connection.startTransaction().execute();
    try {
      await work(transaction);
      await transaction.commit().execute();
    } catch (error) {
      // Rollback fails if the connection is lost; the server then rolls back by itself.
      await transaction
        .rollback()
        .execute()
        .catch(() => undefined);
      throw error;
    }
  });
}
