/** How Vitess is started, in one process or in several. */

export const VITESS = { title: 'Vitess', version: '0.24.4', module: 'vitess.io/vitess', folder: 'go/cmd' };

export const KEYSPACE = 'kairos';

/** Of a sharded keyspace without tables; a sharded one has a vindex. */
export const EMPTY_VSCHEMA = { sharded: true, vindexes: { kairos_name: { type: 'xxhash' } }, tables: {} };

/** The settings that make MySQL one that Vitess takes. */
export const MYSQL_SETTINGS = ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'];

/** Flags by name as arguments. */
export function argsOf(flags) {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

/** The flags with which a tablet reaches a MySQL of ours. */
export function mysqlFlags(socket) {
  const users = ['app', 'dba', 'allprivs', 'filtered', 'repl', 'appdebug'];
  return {
    'db-socket': socket,
    'db-charset': 'utf8mb4',
    ...Object.fromEntries(
      users.flatMap((user) => [
        [`db-${user}-user`, 'root'],
        [`db-${user}-password`, ''],
      ]),
    ),
  };
}

/** The shards of a keyspace that is cut into so many. */
export function shardsOf(count) {
  const edges = Array.from({ length: count + 1 }, (_, index) => {
    const edge = Math.round((index * 256) / count);
    return index === 0 || index === count ? '' : edge.toString(16).padStart(2, '0');
  });
  return edges.slice(0, -1).map((edge, index) => `${edge}-${edges[index + 1]}`);
}
