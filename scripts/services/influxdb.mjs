import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newerDebian, runnable } from '../lib/newer-debian.mjs';
import { freePort, startProcess, waitForPort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/** InfluxDB 1, for comparison; `INFLUXDB_FOLDER` holds its files. */
export default service({
  variable: 'INFLUXDB_URL',
  skip: 'TEST_PEERS',
  newer: true,
  start: async (folder, later) => {
    const program = await runnable(await newerDebian('influxdb'), 'usr/bin/influxd');
    const [port, backup] = await Promise.all([freePort(), freePort()]);
    const data = join(folder, 'influxdb');
    await mkdir(data);
    const config = join(folder, 'influxdb.conf');
    await writeFile(
      config,
      `reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
  dir = "${join(data, 'meta')}"
[data]
  dir = "${join(data, 'data')}"
  wal-dir = "${join(data, 'wal')}"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[monitor]
  store-enabled = false
`,
    );
    const server = await startProcess(program, ['-config', config], { folder });
    later(() => server.stop());
    await waitForPort(port, { server });
    return { INFLUXDB_URL: `http://127.0.0.1:${port}`, INFLUXDB_FOLDER: data };
  },
});
