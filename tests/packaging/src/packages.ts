/** A published package, and for a backend, how a program reaches its store. */
export interface PublishedPackage {
  /** Its folder in `packages`, and its name after `@kairos/`. */
  readonly name: string;
  readonly backend?: StoreOfProgram;
}

export interface StoreOfProgram {
  readonly driver: string;
  /** The variable that skips its tests. */
  readonly skip: string;
  /** The URL, if the environment has the server's address. */
  url(environment: NodeJS.ProcessEnv): string | undefined;
  /** Options that give the program its own namespace. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The conformance suite's store, as exported by the package's `test/factory.mjs`. */
  readonly suite: { readonly store: string; readonly environment?: Readonly<Record<string, string>> };
}

const namespace = `packed_${process.pid}`;

export const published: readonly PublishedPackage[] = [
  { name: 'core' },
  { name: 'adapter-tests' },
  { name: 'cli' },
  { name: 'http' },
  {
    name: 'sql',
    backend: {
      driver: 'better-sqlite3',
      skip: 'TEST_SQL',
      url: () => 'sqlite::memory:',
      options: { tableName: namespace },
      suite: { store: 'file', environment: { KAIROS_SQLITE_FILE: 'suite.sqlite' } },
    },
  },
  {
    name: 'redis',
    backend: {
      driver: 'ioredis',
      skip: 'TEST_REDIS',
      url: ({ REDIS_URL }) => REDIS_URL,
      options: { prefix: namespace },
      suite: { store: 'single' },
    },
  },
  {
    name: 'mongo',
    backend: {
      driver: 'mongodb',
      skip: 'TEST_MONGO',
      url: ({ MONGO_URL }) => MONGO_URL,
      options: { database: namespace },
      suite: { store: 'server' },
    },
  },
  {
    name: 'cassandra',
    backend: {
      driver: 'cassandra-driver',
      skip: 'TEST_CASSANDRA',
      url: ({ CASSANDRA_CONTACT_POINTS: points }) =>
        points === undefined ? undefined : `cassandra://${points}`,
      options: { keyspace: namespace, replication: 1 },
      suite: { store: 'node', environment: { KAIROS_CASSANDRA_KEYSPACE: namespace } },
    },
  },
];

/** The packages that are backends. */
export const backends = published.flatMap((each) =>
  each.backend === undefined ? [] : [{ name: each.name, backend: each.backend }],
);

/** The drivers of all backends; a program has only the one that it installed. */
export const drivers = ['better-sqlite3', 'pg', 'mysql2', 'ioredis', 'mongodb', 'cassandra-driver'];

/** The URL of a program's store; the environment must have its server. */
export function urlOf(name: string, { url }: Pick<StoreOfProgram, 'url'>): string {
  const found = url(process.env);
  if (found !== undefined) return found;
  throw new Error(`The environment has no store for @kairos/${name}`);
}
