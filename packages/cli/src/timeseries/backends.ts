import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Backend } from '@kairos/core';
import { UsageError } from '../exit-codes.js';

/** The flags for namespaces. Each stands for an option of the backend. */
export type NamespaceFlag = 'table' | 'schema' | 'prefix' | 'database' | 'keyspace';

interface KnownBackend {
  /** Name of the backend. Its package `@kairos/<name>` exports it under the same name. */
  readonly name: string;
  readonly schemes: readonly string[];
  /** The package of the driver; `null` if the runtime has it built in. */
  readonly driverOf: (scheme: string) => string | null;
  readonly namespaces: { readonly [F in NamespaceFlag]?: string };
  /** Whether the backend knows `createTables: false`. That option keeps it from creating anything. */
  readonly createsTables: boolean;
}

export const knownBackends: readonly KnownBackend[] = [
  {
    name: 'sql',
    schemes: ['sqlite', 'postgres', 'postgresql', 'mysql', 'mariadb'],
    driverOf: (scheme) => {
      if (scheme === 'sqlite') return hasSqlite() ? null : 'better-sqlite3';
      return scheme.startsWith('postgres') ? 'pg' : 'mysql2';
    },
    namespaces: { table: 'tableName', schema: 'schema' },
    createsTables: true,
  },
  {
    name: 'redis',
    schemes: ['redis', 'rediss'],
    driverOf: () => 'ioredis',
    namespaces: { prefix: 'prefix' },
    createsTables: false,
  },
  {
    name: 'mongo',
    schemes: ['mongodb', 'mongodb+srv'],
    driverOf: () => 'mongodb',
    namespaces: { database: 'database' },
    createsTables: false,
  },
  {
    name: 'cassandra',
    schemes: ['cassandra', 'cql'],
    driverOf: () => 'cassandra-driver',
    namespaces: { keyspace: 'keyspace', table: 'tableName' },
    createsTables: true,
  },
];

/** The scheme of a URL; `undefined` for other text. */
export function schemeOf(text: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
}

export function backendOfScheme(scheme: string): KnownBackend {
  const found = knownBackends.find(({ schemes }) => schemes.includes(scheme));
  if (found !== undefined) return found;
  const known = knownBackends.flatMap(({ schemes }) => schemes).map((each) => `${each}:`);
  throw new UsageError(`No backend takes "${scheme}:" URLs; expected one of ${known.join(', ')}`);
}

/** Loads a backend's package: the one next to this command, or the current folder's. */
export async function loadBackend({ name, driverOf }: KnownBackend, scheme: string): Promise<Backend> {
  const found = await importFromAnywhere(`@kairos/${name}`);
  const backend: unknown = found === null ? undefined : Reflect.get(found, name);
  if (isBackend(backend)) return backend;
  const driver = driverOf(scheme);
  const packages = [`@kairos/${name}`, ...(driver === null ? [] : [driver])].join(' ');
  const unless = driver === 'better-sqlite3' ? ' (Node 22.13 and newer need no better-sqlite3)' : '';
  throw new UsageError(
    `"${scheme}:" URLs need @kairos/${name}; expected it to be installed: npm install ${packages}${unless}`,
  );
}

/** Whether the runtime includes SQLite: Node 22.13 and newer, Bun, Deno. */
function hasSqlite(): boolean {
  return process.getBuiltinModule?.('node:sqlite') !== undefined;
}

/** Loads every installed backend, for a source that is a handle. */
export async function loadInstalledBackends(): Promise<Backend[]> {
  const loaded: Backend[] = [];
  for (const known of knownBackends) {
    const found = await importFromAnywhere(`@kairos/${known.name}`);
    const backend: unknown = found === null ? undefined : Reflect.get(found, known.name);
    if (isBackend(backend)) loaded.push(backend);
  }
  return loaded;
}

/** With npx, the command is not in the project's `node_modules`. */
async function importFromAnywhere(name: string): Promise<object | null> {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'x.js')).href]) {
    const path = resolveFrom(from, name);
    if (path !== null) return import(pathToFileURL(path).href);
  }
  return null;
}

function resolveFrom(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}

function isBackend(value: unknown): value is Backend {
  return typeof value === 'object' && value !== null && 'open' in value && 'schemes' in value;
}
