/**
 * graphite-web over a folder of Whisper files, as a reference for our answers. `GRAPHITE_URL` is its address,
 * `GRAPHITE_FOLDER` the folder where `write-whisper.py` creates the files. Both are Debian packages for
 * Debian's Python.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../lib/run.mjs';
import { freePort, needPackages, startProcess, waitForPort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

const execute = promisify(execFile);

const PYTHON = '/usr/bin/python3';

export default service({
  variable: 'GRAPHITE_URL',
  skip: 'TEST_GRAPHITE',
  start: async (folder, later) => {
    await needPackages({
      isThere: () =>
        execute(PYTHON, ['-c', 'import graphite, whisper']).then(
          () => true,
          () => false,
        ),
      packages: ['graphite-web', 'python3-whisper'],
      what: 'graphite-web (and whisper, both for /usr/bin/python3)',
    });
    const port = await freePort();
    const server = await startProcess(
      PYTHON,
      [join(root, 'scripts', 'services', 'graphite-web.py'), folder, String(port)],
      { folder },
    );
    later(() => server.stop());
    await waitForPort(port, { server });
    return { GRAPHITE_URL: `http://127.0.0.1:${port}`, GRAPHITE_FOLDER: join(folder, 'whisper') };
  },
});
