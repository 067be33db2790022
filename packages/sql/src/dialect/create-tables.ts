import type { Connection } from './connection.js';
import type { Creation } from './dialect.js';

/** Where CREATE TABLE IF NOT EXISTS is safe beside another, as it claims to be. */
export async function createOneByOne(creations: readonly Creation[], connection: Connection): Promise<void> {
  for (const { statement } of creations) await connection.run(statement, []);
}
