import { chmod } from 'node:fs/promises';
import { composeUp, dockerAnswers, removeFolder, temporaryFolder } from './server.mjs';

/**
 * A server that tests need, as `with-services.mjs` takes it: from Docker Compose where an engine answers, otherwise
 * started in a folder of its own.
 *
 * - `variable`: its address in the environment. Where that is set already, nothing is started.
 * - `skip`: the variable that leaves it out when it is "false".
 * - `as`: the variables that tests look in, by those of this server, where it takes the place of another.
 * - `newer`: a server that may be out of reach. Its tests are skipped then; those of other servers fail.
 * - `compose`: services of `compose.yaml` and the variables to set for them.
 * - `start(folder, later)`: starts it and resolves to the variables to set; `later` takes what stops what was started.
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
      // Servers that refuse root run under users of their own, in folders within it.
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
