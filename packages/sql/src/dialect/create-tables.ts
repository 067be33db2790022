import type { Session } from '../session/session.js';

/** Where CREATE TABLE IF NOT EXISTS is safe beside another, as it claims to be. */
export async function createOneByOne(statements: readonly string[], session: Session): Promise<void> {
  for (const sql of statements) await session.run({ sql }, []);
}
