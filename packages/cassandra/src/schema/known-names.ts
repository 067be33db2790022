import type { QueryOptions } from 'cassandra-driver';
import type { Session } from '../session/session.js';
import { spokenTo } from './nodes.js';

/**
 * The names in one column of a query on a keyspace's schema. If the first node to answer knows too few of
 * them, asks all nodes: it may have just come back, and learns the rest from the others later.
 */
export async function knownNames(
  session: Session,
  query: string,
  keyspace: string,
  column: string,
  isEnough: (names: ReadonlySet<string>) => boolean,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const ask = async (options: QueryOptions) => {
    const { rows } = await session.execute(query, [keyspace], {
      isIdempotent: true,
      fetchSize: 0,
      ...options,
    });
    for (const row of rows) names.add(String(row[column]));
  };
  await ask({ prepare: true });
  if (isEnough(names)) return names;
  // Not prepared, because another node might prepare it. If a node fails, another may still answer.
  const others = spokenTo(session.client).map((host) => ask({ prepare: false, host }).catch(() => undefined));
  await Promise.all(others);
  return names;
}
