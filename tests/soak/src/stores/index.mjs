/**
 * The stores by the names that `npm run soak` takes. A module in this folder exports as default:
 *
 * - `title`, and `durability`: the settings that make the store keep what it acknowledges, and its defaults;
 * - `start({ folder, durable })`, which resolves to a server: `address` (JSON), `kill()` (SIGKILL),
 * `restart()`, `stop()`; if possible also `pause()` and `resume()` (SIGSTOP, SIGCONT), and `port` with
 * `through(port)`, the address that reaches it through a proxy on that port;
 * - `connect(address)`, in any process, which resolves to `{ backend, source, options, close }`;
 * - `atomic`: whether an event is in all of its intervals or in none, for all types or by type;
 * - `hostile`: the kinds of values it holds, with the options for each;
 * - `kills`: `'server'`, or `'writer'` if there is no server;
 * - `fault(server, milliseconds)`, if it suffers something other than kills;
 * - `settles`: how long it may take after a kill to finish what is `unknown`, in milliseconds.
 */
const modules = {
  sqlite: () => import('./sqlite.mjs'),
  postgres: () => import('./postgres.mjs'),
  'postgres-18': () => import('./postgres-18.mjs'),
  mariadb: () => import('./mariadb.mjs'),
  mysql: () => import('./mysql.mjs'),
  vitess: () => import('./vitess.mjs'),
  'vitess-cluster': () => import('./vitess-cluster.mjs'),
  redis: () => import('./redis.mjs'),
  valkey: () => import('./valkey.mjs'),
  'redis-cluster': () => import('./redis-cluster.mjs'),
  mongo: () => import('./mongo.mjs'),
  ferretdb: () => import('./ferretdb.mjs'),
  cassandra: () => import('./cassandra.mjs'),
  'cassandra-ring': () => import('./cassandra-ring.mjs'),
};

/** Stores that run only with `--reshard`, by the names of the stores whose shards they split. */
export const clusters = { vitess: 'vitess-cluster' };

export const storeNames = Object.keys(modules).filter((name) => !Object.values(clusters).includes(name));

export async function storeCalled(name) {
  const { default: store } = await modules[name]();
  return store;
}
