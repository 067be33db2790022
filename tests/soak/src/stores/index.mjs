/**
 * The stores by the names that `npm run soak` takes. A module of this folder exports as default:
 *
 * - `title`, and `durability`: what it takes that the store keeps what it acknowledges, and what its defaults are;
 * - `start({ folder, durable })`, which resolves to a server: `address` (JSON), `kill()` (SIGKILL), `restart()`,
 *   `stop()`, and where they can be had `pause()` and `resume()` (SIGSTOP, SIGCONT), and `port` with `through(port)`, the
 *   address that leads to it through a proxy there;
 * - `connect(address)`, in any process, which resolves to `{ backend, source, options, close }`;
 * - `atomic`: whether an event is in all of its intervals or in none, for all types or by type;
 * - `hostile`: the kinds of values it holds, with the options for each;
 * - `kills`: `'server'`, or `'writer'` where there is no server;
 * - `fault(server, milliseconds)`, where something else than kills happens to it;
 * - `settles`: the milliseconds that it may take, after a kill, to finish what is `unknown`.
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

/** Stores that are soaked only with `--reshard`, by the names of those whose shards they split. */
export const clusters = { vitess: 'vitess-cluster' };

export const storeNames = Object.keys(modules).filter((name) => !Object.values(clusters).includes(name));

export async function storeCalled(name) {
  const { default: store } = await modules[name]();
  return store;
}
