import { chmod } from 'node:fs/promises';
import { composeUp, dockerAnswers, removeFolder, temporaryFolder } from './server.mjs';

/**
 * A server that tests need, as `with-services.mjs` takes it: from Docker Compose if an engine answers,
 * otherwise started in its own folder.
 *
 * - `variable`: the environment variable with its address. If it is set already, nothing is started.
 * - `skip`: the variable that leaves the server out when it is "false".
 * - `as`: maps this server's variables to those that the tests read, if it stands in for another server.
 * - `newer`: the server may be unavailable, which skips its tests. Other servers must start, or the run fails.
 * - `compose`: services of `compose.yaml` and the variables to set for them.
 * - `start(folder, later)`: starts it and resolves to the variables to set. Pass `later` a function for every stop.
 */
export function service({ variable, skip, as = {}, newer = false, compose, start }) {
  return {
    variable,
    skip,
    as,
    newer,
    async start() {
      if (compose !== undefined && (await dockerAnswers())) {
        const stop = await composeUp(...compose.services);
        return { env: compose.env, stop };
      }
      const folder = await temporaryFolder('server');
      // Servers that refuse root run under their own users, in folders inside this one.
      await chmod(folder, 0o711);
      const stops = [() => removeFolder(folder)];
      const stop = async () => {
        while (stops.length > 0) await stops.pop()();
      };
      try {
        return { env: await start(folder, (end) => stops.push(end)), stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}
