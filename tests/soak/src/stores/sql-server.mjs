import { sql } from '@kairos/sql';
import { daemon } from './daemon.mjs';
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
      const { env, stop } = await service.start();
      const folder = env[folderVariable];
      if (folder === undefined) {
        await stop();
        throw new Error(`${title} runs in Docker here, where it is not killed: install it, or leave it out`);
      }
      const through = (port) => {
        const url = new URL(env[variable]);
        url.port = String(port);
        return { url: url.href };
      };
      const port = Number(new URL(env[variable]).port);
      return { address: through(port), through, ...daemon(folder, { port }), stop };
    },
    async connect({ url }) {
      return { backend: sql, source: url };
    },
  };
}
