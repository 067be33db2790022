import type { Connection } from './connection.js';
import type { Creation } from './dialect.js';

/** For servers whose CREATE TABLE IF NOT EXISTS really is safe to run concurrently. */
export async function createOneByOne(creations: readonly Creation[], connection: Connection): Promise<void> {
  for (const { statement } of creations) await connection.run(statement, []);
}
