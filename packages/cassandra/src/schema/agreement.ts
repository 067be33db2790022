import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '@kairos/core';
import { type Host, types } from 'cassandra-driver';
import type { Table } from '../layout.js';
import { codeOf, INVALID } from '../session/fate.js';
import type { Session } from '../session/session.js';
import { KNOWLEDGE_MILLISECONDS } from './nodes.js';

/** How long to wait for nodes to report the same schema. If a node went down silently, they never do. */
const AGREEMENT_MILLISECONDS = 30_000;

/** Waits until all nodes can read the tables, because a statement may be prepared on any of them. */
export async function agree(session: Session, tables: readonly Table[]): Promise<void> {
  const { client } = session;
  const began = performance.now();
  // Public, but missing from the driver's types.
  const check: unknown = Reflect.get(client.metadata, 'checkSchemaAgreement');
  const isAgreed = async () => typeof check !== 'function' || (await check.call(client.metadata)) === true;
  while (!(await isAgreed()) && performance.now() - began < AGREEMENT_MILLISECONDS) await sleep(100);
  // Nodes' reports about each other may be stale, and a node lists a table in its own schema before it can read it.
  await Promise.all(
    client.hosts
      .values()
      .filter((host) => host.isUp())
      .map(async (host) => {
        for (let pause = 50; host.isUp(); pause = Math.min(2 * pause, 1000)) {
          const readable = await Promise.all(tables.map((table) => canRead(session, table, host)));
          const unread = tables[readable.indexOf(false)];
          if (unread === undefined) return;
          if (performance.now() - began > KNOWLEDGE_MILLISECONDS) {
            throw new StorageError(
              `The node ${host.address} does not know the table ${unread.qualified} after ${KNOWLEDGE_MILLISECONDS / 1000} s; expected it to learn it from the other nodes: see "nodetool describecluster"`,
            );
          }
          await sleep(pause);
        }
      }),
  );
}

/** Whether a node knows a table; also `true` for a node that does not answer, which is not asked again. */
async function canRead(session: Session, { qualified, nowhere }: Table, host: Host): Promise<boolean> {
  try {
    const consistency = types.consistencies.one;
    // Not prepared, because another node might prepare it.
    const options = { prepare: false, isIdempotent: true, consistency, host };
    await session.execute(`SELECT * FROM ${qualified} WHERE ${nowhere}`, [], options);
    return true;
  } catch (error) {
    return codeOf(error) !== INVALID;
  }
}
