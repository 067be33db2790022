/** A published package, and what a program needs beside it to use it. */
export interface PublishedPackage {
  /** Its folder in `packages`, and its name after `@kairos/`. */
  readonly name: string;
  /** For a backend: its driver, and where its tests find a store. */
  readonly backend?: {
    readonly driver: string;
    /** Environment variable with the address of the server, or `undefined` where the URL is given. */
    readonly variable?: string;
    readonly skip: string;
    readonly url?: string;
    /** Options that give the program a namespace of its own. */
    readonly options: Readonly<Record<string, unknown>>;
  };
}

const namespace = `packed_${process.pid}`;

export const published: readonly PublishedPackage[] = [
  { name: 'core' },
  { name: 'adapter-tests' },
  {
    name: 'sql',
    backend: {
      driver: 'better-sqlite3',
      skip: 'TEST_SQL',
      url: 'sqlite::memory:',
      options: { tableName: namespace },
    },
  },
];

/** Drivers of all backends: a program has only the one that it installed. */
export const drivers = ['better-sqlite3', 'pg', 'mysql2', 'ioredis', 'mongodb', 'cassandra-driver'];
