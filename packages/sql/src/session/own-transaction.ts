import type { Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/**
 * Does work in a transaction of its own. If the work or the commit fails, it rejects with that error, whatever the
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
      // It cannot where the connection is lost: then the server rolls back.
      await transaction
        .rollback()
        .execute()
        .catch(() => undefined);
      throw error;
    }
  });
}
