import type { QueryOptions } from 'cassandra-driver';
import type { Session } from '../session/session.js';
import { spokenTo } from './nodes.js';

/**
 * The names in a keyspace that some node knows: that of a query's column. Where the first that answers does not know
 * enough, all are asked: it may have just come back, and be told by the others in a while.
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
  // Not prepared, since another node might do that. What one cannot tell, another may.
  const others = spokenTo(session.client).map((host) => ask({ prepare: false, host }).catch(() => undefined));
  await Promise.all(others);
  return names;
}
