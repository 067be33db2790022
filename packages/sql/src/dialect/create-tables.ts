import type { Session } from '../session/session.js';
import type { Creation } from './dialect.js';

/** Where CREATE TABLE IF NOT EXISTS is safe beside another, as it claims to be. */
export async function createOneByOne(creations: readonly Creation[], session: Session): Promise<void> {
  for (const { statement } of creations) await session.run(statement, []);
}
