import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '@kairos/core';
import { type Client, type Host, types } from 'cassandra-driver';
import { codeOf } from './fate.js';
import { createTable, type Layout, type Table } from './layout.js';
import type { CheckedOptions, Replication } from './options.js';
import type { RowForm } from './rows/row-form.js';

const ATTEMPTS = 12;
const AGREEMENT_MILLISECONDS = 30_000;

/**
 * Makes sure that the keyspace and the tables are there, on every node, and that values are of the type that they
 * were stored with. Many processes may do so at once.
 */
export async function ensureSchema(
  client: Client,
  layout: Layout,
  form: RowForm,
  options: CheckedOptions,
): Promise<void> {
  await ensureKeyspace(client, layout.keyspace, options.replication);
  const tables = [layout.data, layout.names, layout.windows, layout.records];
  const missing = await missingTables(client, layout.keyspace, tables);
  if (missing.length > 0 && !options.createTables) {
    throw new ConfigurationError(
      `Option "createTables" is false, and tables are missing; expected them to be created with: ${missing.map(createTable).join('; ')}`,
    );
  }
  for (const table of missing) await define(client, createTable(table));
  await agree(client, tables);
  await checkValueColumn(client, layout, form, options);
}

async function ensureKeyspace(
  client: Client,
  keyspace: string,
  replication: Replication | null,
): Promise<void> {
  const query = 'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?';
  const found = await client.execute(query, [keyspace], { prepare: true, isIdempotent: true });
  if (found.rowLength > 0) return;
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
  await define(client, `CREATE KEYSPACE IF NOT EXISTS "${keyspace}" WITH replication = ${map}`);
}

async function missingTables(client: Client, keyspace: string, tables: readonly Table[]): Promise<Table[]> {
  const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?';
  const options = { prepare: true, isIdempotent: true, fetchSize: 0 };
  const { rows } = await client.execute(query, [keyspace], options);
  const existing = new Set(rows.map((row) => String(row.table_name)));
  return tables.filter(({ name }) => !existing.has(name));
}

/**
 * Runs a statement that defines something. Two nodes that create the same table at once give it two identities, of
 * which one loses, with what was written under it: so all processes send these statements to the same node, which
 * takes them one by one.
 */
async function define(client: Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const host = definingHost(client);
    try {
      await client.execute(statement, [], {
        prepare: false,
        isIdempotent: true,
        readTimeout: 30_000,
        ...(host === undefined ? {} : { host }),
      });
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS || !mayPass(error)) throw error;
      await sleep(Math.random() * 200 * attempt);
    }
  }
}

/** The same for every process that sees the same nodes, and talks to them: those of one data center. */
function definingHost(client: Client): Host | undefined {
  return client.hosts
    .values()
    .filter((host) => host.isUp() && isSpokenTo(client, host))
    .sort((a, b) => (a.address < b.address ? -1 : 1))[0];
}

/** The driver sends nothing to a node that all its policies ignore, as they do those of other data centers. */
function isSpokenTo(client: Client, host: Host): boolean {
  // What the driver itself asks, but missing from its types.
  const profiles: unknown = Reflect.get(client, 'profileManager');
  if (typeof profiles !== 'object' || profiles === null || !('getDistance' in profiles)) return true;
  const { getDistance } = profiles;
  return typeof getDistance !== 'function' || getDistance.call(profiles, host) !== types.distance.ignored;
}

/** Whether trying again may help: not where the statement is wrong or may not be run. */
function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !(code >= 0x2000 && code <= 0x2200);
}

/** Waits until all nodes can read the tables: a statement may be prepared on any of them. */
async function agree(client: Client, tables: readonly Table[]): Promise<void> {
  const deadline = Date.now() + AGREEMENT_MILLISECONDS;
  // Public, but missing from the driver's types.
  const check: unknown = Reflect.get(client.metadata, 'checkSchemaAgreement');
  const isAgreed = async () => typeof check !== 'function' || (await check.call(client.metadata)) === true;
  while (!(await isAgreed()) && Date.now() < deadline) await sleep(100);
  // What nodes tell of one another may be older than what one of them has just told, and a node lists a table in
  // its own schema before it can be read.
  await Promise.all(
    client.hosts
      .values()
      .filter((host) => host.isUp())
      .map(async (host) => {
        while (host.isUp() && Date.now() < deadline) {
          const readable = await Promise.all(tables.map((table) => canRead(client, table, host)));
          if (!readable.includes(false)) return;
          await sleep(50);
        }
      }),
  );
}

const INVALID = 0x2200;

/** Whether a node knows a table. One that does not answer is not asked again. */
async function canRead(client: Client, { qualified, nowhere }: Table, host: Host): Promise<boolean> {
  try {
    const consistency = types.consistencies.one;
    // Not prepared, since another node might do that.
    const options = { prepare: false, isIdempotent: true, consistency, host };
    await client.execute(`SELECT * FROM ${qualified} WHERE ${nowhere}`, [], options);
    return true;
  } catch (error) {
    return codeOf(error) !== INVALID;
  }
}

async function checkValueColumn(
  client: Client,
  { keyspace, data }: Layout,
  { value }: RowForm,
  { valueTypeName }: CheckedOptions,
): Promise<void> {
  if (value === null) return;
  const query =
    'SELECT type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?';
  const params = [keyspace, data.name, value.column];
  const found = (await client.execute(query, params, { prepare: true, isIdempotent: true })).first();
  const type: unknown = found?.type;
  if (type === value.cql) return;
  throw new ConfigurationError(
    `Option "valueType" is "${valueTypeName}", which is stored as ${value.cql}, but the table ${data.qualified} holds ${String(type)}; expected the type that it was created with, or another tableName`,
  );
}
