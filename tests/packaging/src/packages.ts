/** A published package, and for a backend where a program that uses it finds a store. */
export interface PublishedPackage {
  /** Its folder in `packages`, and its name after `@kairos/`. */
  readonly name: string;
  readonly backend?: StoreOfProgram;
}

export interface StoreOfProgram {
  readonly driver: string;
  /** The variable that leaves its tests out. */
  readonly skip: string;
  /** The URL, where the environment has the address of its server. */
  url(environment: NodeJS.ProcessEnv): string | undefined;
  /** Options that give the program a namespace of its own. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The store of the conformance suite that the package's `test/factory.mjs` exports. */
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

/** The packages of stores. */
export const backends = published.flatMap((each) =>
  each.backend === undefined ? [] : [{ name: each.name, backend: each.backend }],
);

/** Drivers of all backends: a program has only the one that it installed. */
export const drivers = ['better-sqlite3', 'pg', 'mysql2', 'ioredis', 'mongodb', 'cassandra-driver'];

/** Where a program finds its store, whose server has to be in the environment. */
export function urlOf(name: string, { url }: Pick<StoreOfProgram, 'url'>): string {
  const found = url(process.env);
  if (found !== undefined) return found;
  throw new Error(`There is no store for @kairos/${name} in the environment`);
}
