import { join } from 'node:path';
import { newerDebian, runnable } from '../lib/newer-debian.mjs';
import { freePort, startProcess, waitForPort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/** VictoriaMetrics, single node, for comparison; `VICTORIA_METRICS_FOLDER` holds its files. */
export default service({
  variable: 'VICTORIA_METRICS_URL',
  skip: 'TEST_PEERS',
  newer: true,
  start: async (folder, later) => {
    const program = await runnable(await newerDebian('victoria-metrics'), 'usr/bin/victoria-metrics');
    const port = await freePort();
    const data = join(folder, 'victoria-metrics');
    const args = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${data}`, '-retentionPeriod=1y'];
    const server = await startProcess(program, args, { folder });
    later(() => server.stop());
    await waitForPort(port, { server });
    return { VICTORIA_METRICS_URL: `http://127.0.0.1:${port}`, VICTORIA_METRICS_FOLDER: data };
  },
});
