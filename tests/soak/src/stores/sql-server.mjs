import { sql } from '@kairos/sql';
import { daemon, startDaemons } from './daemon.mjs';
import { typedValues } from './values.mjs';

/**
 * An SQL server that a service of `scripts/services` starts as a daemon. By default it keeps what it
 * acknowledges.
 */
export function sqlServer({ title, service, url: variable, folder: folderVariable, durable }) {
  return {
    title,
    kills: 'server',
    atomic: true,
    hostile: typedValues(32_768),
    durability: { durable: `${durable}, as by default`, defaults: null },
    async start() {
      const { env, folders, stop } = await startDaemons(service, title, [folderVariable]);
      const url = env[variable];
      const { port } = new URL(url);
      return {
        address: { url },
        through: throughPort(url),
        ...daemon(folders[0], { port: Number(port) }),
        stop,
      };
    },
    connect: connectSql,
  };
}

/** The address of a server, by way of another port. */
export function throughPort(address) {
  return (port) => {
    const url = new URL(address);
    url.port = String(port);
    return { url: url.href };
  };
}

export async function connectSql({ url }) {
  return { backend: sql, source: url };
}
