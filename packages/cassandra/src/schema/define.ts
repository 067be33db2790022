import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@kairos/core';
import type { Client, Host } from 'cassandra-driver';
import { codeOf, INVALID, isSilence } from '../session/fate.js';
import type { Session } from '../session/session.js';
import { KNOWLEDGE_MILLISECONDS, spokenTo } from './nodes.js';

/** How long to retry a statement of the schema. */
const DEFINE_MILLISECONDS = 60_000;

/**
 * Runs a statement that changes the schema. If two nodes create the same table at once, it gets two identities: one of
 * them loses, with all data written under it. So all processes send these statements to the same node, which runs them
 * one by one.
 */
export async function define(session: Session, statement: string): Promise<void> {
  const began = performance.now();
  for (let attempt = 1; ; attempt++) {
    const host = definingHost(session.client);
    try {
      await session.execute(statement, [], {
        prepare: false,
        isIdempotent: true,
        readTimeout: 30_000,
        ...(host === undefined ? {} : { host }),
      });
      return;
    } catch (error) {
      // A node that has just come back does not know a keyspace that was created while it was away.
      const patience = codeOf(error) === INVALID ? KNOWLEDGE_MILLISECONDS : DEFINE_MILLISECONDS;
      const late = performance.now() - began > patience;
      if (late || !mayPass(error) || isAlone(session.client, host, error)) throw error;
      await sleep(Math.random() * 200 * Math.min(attempt, 10));
    }
  }
}

/** The node for statements of the schema: the same for all processes that talk to the same data center. */
function definingHost(client: Client): Host | undefined {
  return spokenTo(client).sort((a, b) => (a.address < b.address ? -1 : 1))[0];
}

/** Whether a retry may help. It does not if the statement is wrong or not permitted. */
function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  if (code === INVALID) return /does(n't| not) exist/.test(messageOf(error));
  return code === undefined || !(code >= 0x2000 && code < INVALID);
}

/** Whether no other node can be asked: all are down, or the only one did not answer. */
function isAlone(client: Client, asked: Host | undefined, error: unknown): boolean {
  const hosts = spokenTo(client);
  return hosts.length === 0 || (isSilence(error) && hosts.every((host) => host === asked));
}
