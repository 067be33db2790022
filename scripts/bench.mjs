/**
 * npm run bench [name …]: measures Kairos beside hand-written driver code and other systems, with the servers
 * each needs. Servers run with their default durability; set SERVERS_DURABLE=false for the relaxed one of the
 * tests.
 */
import { existsSync } from 'node:fs';
import { root, run, setUp } from './lib/run.mjs';

const services = {
  time: [],
  channels: [],
  sqlite: [],
  http: [],
  servers: ['postgres', 'mariadb'],
  folds: ['postgres', 'mariadb'],
  hot: ['postgres', 'mariadb'],
  windows: ['postgres', 'mariadb'],
  names: ['postgres', 'mariadb', 'redis', 'ferretdb,mongo', 'cassandra'],
  shards: ['mysql'],
  redis: ['redis'],
  mongo: ['mongo'],
  cassandra: ['cassandra'],
  render: ['graphite-web'],
  carbon: ['postgres', 'redis'],
  peers: [
    'postgres-18,postgres',
    'valkey,redis',
    'mysql,mariadb',
    'timescaledb?',
    'influxdb?',
    'victoria-metrics?',
  ],
};
const asked = process.argv.slice(2);

await setUp();
for (const [name, needed] of Object.entries(services)) {
  const file = `${root}bench/${name}.mjs`;
  if ((asked.length > 0 && !asked.includes(name)) || !existsSync(file)) continue;
  console.log(`\n▸ ${name}`);
  const args = ['scripts/with-services.mjs', ...needed, '--', process.execPath, file];
  const code = await run(process.execPath, args, { env: { SERVERS_DURABLE: 'true', ...process.env } });
  if (code !== 0) process.exitCode = 1;
}
