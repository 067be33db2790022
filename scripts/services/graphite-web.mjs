/**
 * graphite-web over a folder of Whisper files, to compare answers with: `GRAPHITE_URL` and `GRAPHITE_FOLDER`, the folder
 * in which `write-whisper.py` makes the files. Both are Debian packages, for Debian's own Python.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../lib/run.mjs';
import {
  freePort,
  needPackages,
  removeFolder,
  startProcess,
  temporaryFolder,
  waitForPort,
} from '../lib/server.mjs';

const execute = promisify(execFile);

const PYTHON = '/usr/bin/python3';

export default {
  variable: 'GRAPHITE_URL',
  skip: 'TEST_GRAPHITE',
  async start() {
    await needPackages({
      isThere: () =>
        execute(PYTHON, ['-c', 'import graphite, whisper']).then(
          () => true,
          () => false,
        ),
      packages: ['graphite-web', 'python3-whisper'],
      what: 'graphite-web (and whisper, both for /usr/bin/python3)',
    });
    const folder = await temporaryFolder('graphite-web');
    const port = await freePort();
    const server = await startProcess(
      PYTHON,
      [join(root, 'scripts', 'services', 'graphite-web.py'), folder, String(port)],
      { folder },
    );
    const stop = async () => {
      await server.stop();
      await removeFolder(folder);
    };
    try {
      await waitForPort(port, { server });
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      env: { GRAPHITE_URL: `http://127.0.0.1:${port}`, GRAPHITE_FOLDER: join(folder, 'whisper') },
      stop,
    };
  },
};
