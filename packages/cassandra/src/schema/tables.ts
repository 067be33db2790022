import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, messageOf, StorageError } from '@kairos/core';
import { type Client, type Host, type QueryOptions, types } from 'cassandra-driver';
import { createTable, type Layout, type Table } from '../layout.js';
import type { CheckedOptions, Replication } from '../options.js';
import type { RowForm } from '../rows/row-form.js';
import { codeOf, isSilence } from '../session/fate.js';
import type { Session } from '../session/session.js';

/** How long a statement that defines something is tried again. */
const DEFINE_MILLISECONDS = 60_000;

/** How long nodes are given to say of one another that they know the same. One that is down without a word never does. */
const AGREEMENT_MILLISECONDS = 30_000;

/** How long each node is given to know the keyspace and the tables: one that has just come back asks the others after a minute. */
const KNOWLEDGE_MILLISECONDS = 180_000;

/**
 * Makes sure that the keyspace and the tables are there, on every node, and that values are of the type that they
 * were stored with. Many processes may do so at once.
 */
export async function ensureSchema(
  session: Session,
  layout: Layout,
  form: RowForm,
  options: CheckedOptions,
): Promise<void> {
  await ensureKeyspace(session, layout.keyspace, options.replication);
  const tables = tablesOf(layout);
  const missing = await missingTables(session, layout.keyspace, tables);
  if (missing.length > 0 && !options.createTables) {
    throw new ConfigurationError(
      `Option "createTables" is false, and tables are missing; expected them to be created with: ${missing.map(createTable).join('; ')}`,
    );
  }
  for (const table of missing) await define(session, createTable(table));
  await agree(session, tables);
  await checkValueColumn(session, layout, form, options);
}

/** Whether all tables are there, as far as some node knows. */
export async function hasTables(session: Session, layout: Layout): Promise<boolean> {
  return (await missingTables(session, layout.keyspace, tablesOf(layout))).length === 0;
}

function tablesOf({ data, names, windows, records }: Layout): readonly Table[] {
  return [data, names, windows, records];
}

async function ensureKeyspace(
  session: Session,
  keyspace: string,
  replication: Replication | null,
): Promise<void> {
  const query = 'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?';
  const found = await known(session, query, keyspace, 'keyspace_name', (names) => names.has(keyspace));
  if (found.has(keyspace)) return;
  if (replication === null) {
    throw new ConfigurationError(
      `Option "keyspace" is "${keyspace}", which does not exist; expected one that does, or option "replication", such as 3, to create it`,
    );
  }
  const strategy =
    typeof replication === 'number'
      ? { class: 'SimpleStrategy', replication_factor: replication }
      : { class: 'NetworkTopologyStrategy', ...replication };
  // A map of CQL: JSON with the other quotes. Neither the keys nor the numbers can hold any.
  const map = JSON.stringify(strategy).replaceAll('"', "'");
  await define(session, `CREATE KEYSPACE IF NOT EXISTS "${keyspace}" WITH replication = ${map}`);
}

async function missingTables(session: Session, keyspace: string, tables: readonly Table[]): Promise<Table[]> {
  const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?';
  const missingOf = (names: ReadonlySet<string>) => tables.filter(({ name }) => !names.has(name));
  return missingOf(
    await known(session, query, keyspace, 'table_name', (names) => missingOf(names).length === 0),
  );
}

/**
 * The names in a keyspace that some node knows: that of a query's column. Where the first that answers does not know
 * enough, all are asked: it may have just come back, and be told by the others in a while.
 */
async function known(
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

/**
 * Runs a statement that defines something. Two nodes that create the same table at once give it two identities, of
 * which one loses, with what was written under it: so all processes send these statements to the same node, which
 * takes them one by one.
 */
async function define(session: Session, statement: string): Promise<void> {
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
      // A node that has just come back does not know a keyspace that was created meanwhile.
      const patience = codeOf(error) === INVALID ? KNOWLEDGE_MILLISECONDS : DEFINE_MILLISECONDS;
      const late = performance.now() - began > patience;
      if (late || !mayPass(error) || isAlone(session.client, host, error)) throw error;
      await sleep(Math.random() * 200 * Math.min(attempt, 10));
    }
  }
}

/** The same for every process that sees the same nodes, and talks to them: those of one data center. */
function definingHost(client: Client): Host | undefined {
  return spokenTo(client).sort((a, b) => (a.address < b.address ? -1 : 1))[0];
}

function spokenTo(client: Client): Host[] {
  return client.hosts.values().filter((host) => host.isUp() && isSpokenTo(client, host));
}

/** The driver sends nothing to a node that all its policies ignore, as they do those of other data centers. */
function isSpokenTo(client: Client, host: Host): boolean {
  // What the driver itself asks, but missing from its types.
  const profiles: unknown = Reflect.get(client, 'profileManager');
  if (typeof profiles !== 'object' || profiles === null || !('getDistance' in profiles)) return true;
  const { getDistance } = profiles;
  return typeof getDistance !== 'function' || getDistance.call(profiles, host) !== types.distance.ignored;
}

const INVALID = 0x2200;

/** Whether trying again may help: not where the statement is wrong or may not be run. */
function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  if (code === INVALID) return /does(n't| not) exist/.test(messageOf(error));
  return code === undefined || !(code >= 0x2000 && code < INVALID);
}

/** Whether there is nobody else to ask where a node did not answer, and nobody at all where it is down. */
function isAlone(client: Client, asked: Host | undefined, error: unknown): boolean {
  const hosts = spokenTo(client);
  return hosts.length === 0 || (isSilence(error) && hosts.every((host) => host === asked));
}

/** Waits until all nodes can read the tables: a statement may be prepared on any of them. */
async function agree(session: Session, tables: readonly Table[]): Promise<void> {
  const { client } = session;
  const began = performance.now();
  // Public, but missing from the driver's types.
  const check: unknown = Reflect.get(client.metadata, 'checkSchemaAgreement');
  const isAgreed = async () => typeof check !== 'function' || (await check.call(client.metadata)) === true;
  while (!(await isAgreed()) && performance.now() - began < AGREEMENT_MILLISECONDS) await sleep(100);
  // What nodes tell of one another may be older than what one of them has just told, and a node lists a table in
  // its own schema before it can be read.
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
              `The node ${host.address} does not know the table ${unread.qualified} after ${KNOWLEDGE_MILLISECONDS / 1000} s; expected it to be told by the others once it is up: see "nodetool describecluster"`,
            );
          }
          await sleep(pause);
        }
      }),
  );
}

/** Whether a node knows a table. One that does not answer is not asked again. */
async function canRead(session: Session, { qualified, nowhere }: Table, host: Host): Promise<boolean> {
  try {
    const consistency = types.consistencies.one;
    // Not prepared, since another node might do that.
    const options = { prepare: false, isIdempotent: true, consistency, host };
    await session.execute(`SELECT * FROM ${qualified} WHERE ${nowhere}`, [], options);
    return true;
  } catch (error) {
    return codeOf(error) !== INVALID;
  }
}

async function checkValueColumn(
  session: Session,
  { keyspace, data }: Layout,
  { value }: RowForm,
  { valueTypeName }: CheckedOptions,
): Promise<void> {
  if (value === null) return;
  const query =
    'SELECT type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?';
  const params = [keyspace, data.name, value.column];
  const found = (await session.execute(query, params, { prepare: true, isIdempotent: true })).first();
  const type: unknown = found?.type;
  if (type === value.cql) return;
  throw new ConfigurationError(
    `Option "valueType" is "${valueTypeName}", which is stored as ${value.cql}, but the table ${data.qualified} holds ${String(type)}; expected the type that it was created with, or another tableName`,
  );
}
