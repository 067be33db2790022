/**
 * The tests of `npm run test:servers`: packages on servers and runtimes that `npm test` has no time for. A
 * run of limited time drops the last rows first, so conformance suites come first and runtimes last.
 * `minutes` estimates the duration on two cores, with another row beside it.
 */

/** The files of @kairos/sql whose rules hold on every server. */
const EVERY_SERVER = [
  'close',
  'create-statements',
  'exactness',
  '/faults',
  'foreign-tables',
  'handles',
  'schemas',
  'transactions',
  'windows',
];

const POSTGRES = ['isolation', '/partitions', 'search-path', 'settings', 'silence', ...EVERY_SERVER];
const MYSQL = ['test/mysql', ...EVERY_SERVER];

/** Leaves out tests that look at the server process or set startup options, which PgBouncer refuses. */
const PGBOUNCER = [
  'close',
  'create-statements',
  'exactness',
  '/faults',
  'handles',
  '/partitions',
  'schemas',
  'transactions',
  'windows',
];

const sql = (server, services, tests) => ({
  folder: 'packages/sql',
  services: [`TEST_SQL=${server}`, ...services],
  tests,
});
const redis = (services, tests) => ({ folder: 'packages/redis', services, tests });
const mongo = (services, tests) => ({ folder: 'packages/mongo', services, tests });

/** The supported lines of Node, each in its newest release. */
const NODES = [24, 22, 26];

/** Excludes MySQL, MariaDB and Vitess. */
const SQLITE_AND_POSTGRES = /^(?!.*(mysql|vitess))/;

const packaging = (services, tests) => ({ folder: 'tests/packaging', services, tests });

const onNodes = (row) =>
  NODES.map((node) => ({ ...row, title: `${row.title} on Node ${node}, with the newest drivers`, node }));

export const matrix = [
  { title: 'the contract on MySQL 9', minutes: 3, ...sql('MySQL', ['mysql'], ['conformance.mysql']) },
  {
    title: 'the contract on Vitess, two shards',
    minutes: 6,
    ...sql('Vitess', ['vitess'], ['conformance.vitess']),
  },
  {
    title: 'the contract on PostgreSQL 18',
    minutes: 3,
    ...sql('PostgreSQL', ['postgres-18'], ['conformance.postgres']),
  },
  {
    title: 'the contract on PostgreSQL behind PgBouncer',
    minutes: 3,
    ...sql('PostgreSQL', ['pgbouncer'], ['conformance.postgres']),
  },
  {
    title: 'the contract on Valkey 9, alone and as a cluster',
    minutes: 3,
    ...redis(['valkey', 'valkey-cluster'], ['conformance']),
  },
  {
    title: 'the contract on Redis 8, alone and as a cluster',
    minutes: 3,
    ...redis(['redis-8', 'redis-8-cluster'], ['conformance']),
  },
  { title: 'the contract on FerretDB 2', minutes: 3, ...mongo(['ferretdb'], ['test/conformance']) },
  {
    title: 'the contract and faults on a ring of Cassandra nodes',
    minutes: 14,
    folder: 'packages/cassandra',
    services: ['cassandra-ring'],
    tests: ['test/ring'],
  },
  {
    title: 'the contract on Cassandra, as a user with the least privileges',
    minutes: 4,
    folder: 'packages/cassandra',
    services: ['cassandra-users'],
    tests: ['test/least'],
  },
  {
    title: 'the contract on SecantusDB, in transactions',
    minutes: 6,
    ...mongo(['mongo'], ['test/transactions']),
  },
  { title: 'the contract on SecantusDB', minutes: 12, ...mongo(['mongo'], ['test/conformance']) },
  { title: '@kairos/sql on MySQL 9', minutes: 6, ...sql('MySQL', ['mysql'], MYSQL) },
  { title: '@kairos/sql on PostgreSQL 18', minutes: 6, ...sql('PostgreSQL', ['postgres-18'], POSTGRES) },
  {
    title: '@kairos/sql on PostgreSQL behind PgBouncer',
    minutes: 3,
    ...sql('PostgreSQL', ['pgbouncer'], PGBOUNCER),
  },
  {
    title: '@kairos/redis on Valkey 9, alone and as a cluster',
    minutes: 6,
    ...redis(['valkey', 'valkey-cluster', 'valkey-program'], [/^(?!.*conformance)/]),
  },
  {
    title: '@kairos/redis on Redis 8, alone and as a cluster',
    minutes: 6,
    ...redis(['redis-8', 'redis-8-cluster', 'redis-8-program'], [/^(?!.*conformance)/]),
  },
  {
    title: '@kairos/mongo on FerretDB 2',
    minutes: 3,
    ...mongo(['ferretdb'], ['chunks', 'documents', 'expiry', 'fetch', 'fold', 'open', 'overflow', 'windows']),
  },
  {
    title: '@kairos/sql on Vitess, two shards',
    minutes: 4,
    ...sql('Vitess', ['vitess'], ['test/vitess', 'exactness']),
  },
  {
    title: 'bundles of the packed packages',
    minutes: 8,
    ...packaging(['postgres', 'mariadb', 'redis', 'mongo', 'cassandra'], ['bundles']),
  },
  ...onNodes({ title: '@kairos/core', minutes: 1, folder: 'packages/core', services: [], tests: [] }),
  ...onNodes({
    title: 'SQLite and PostgreSQL',
    minutes: 6,
    ...sql('PostgreSQL', ['postgres', 'postgres-few-locks'], [SQLITE_AND_POSTGRES]),
  }),
  ...onNodes({
    title: '@kairos/redis',
    minutes: 5,
    ...redis(['redis', 'redis-cluster', 'redis-program'], []),
  }),
  ...onNodes({
    title: 'packed packages',
    minutes: 4,
    ...packaging(['redis', 'mongo', 'cassandra'], ['command', 'copies', 'floors', 'programs', 'projects']),
  }),
  {
    title: 'packed packages on Bun, Deno and Node 24 without a driver of SQLite',
    minutes: 3,
    ...packaging(['mysql', 'postgres-18', 'mariadb', 'redis-8', 'ferretdb', 'cassandra'], ['runtimes']),
  },
  {
    title: 'packed packages under TypeScript 5.4 to 7',
    minutes: 4,
    ...packaging([], ['compilers']),
  },
];
