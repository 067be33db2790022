import { mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { goPrograms } from './go-programs.mjs';
import { newerDebian } from './newer-debian.mjs';
import { postgres18 } from './postgres-18.mjs';
import { postgresFor } from './postgres-server.mjs';
import { root } from './run.mjs';
import { freePort } from './server.mjs';

const FERRETDB = {
  title: 'FerretDB',
  version: '2.7.0',
  module: 'github.com/FerretDB/FerretDB/v2',
  folder: 'cmd',
};

/**
 * Starts FerretDB 2 in a folder, on its own PostgreSQL 18 with DocumentDB. Resolves to its URL and to the folder in
 * which its PostgreSQL can be stopped.
 */
export async function startFerretdb(folder, later) {
  const { program, unpacked } = await needFerretdb();
  const data = join(folder, 'postgres');
  await mkdir(data, { mode: 0o755 });
  const database = await postgresFor(later, data, {
    programs: await postgres18(unpacked),
    settings: {
      shared_preload_libraries: 'pg_cron,pg_documentdb_core,pg_documentdb',
      'cron.database_name': 'postgres',
      'cron.host': '127.0.0.1',
    },
  });
  await createExtension(database);
  const port = await freePort();
  const args = [
    `--listen-addr=127.0.0.1:${port}`,
    '--debug-addr=-',
    `--postgresql-url=${database}`,
    '--no-auth',
    '--telemetry=disable',
    `--state-dir=${folder}`,
    '--log-level=WARN',
  ];
  later(() => stopDaemon(folder));
  await createDaemon(folder, { program, args, port });
  return { url: `mongodb://127.0.0.1:${port}/`, postgresFolder: data };
}

/** Installs FerretDB and the PostgreSQL under it. */
export async function needFerretdb() {
  const { ferretdb: program } = await goPrograms(FERRETDB, 'ferretdb');
  const packages = ['postgresql-18-documentdb', 'postgresql-18-postgis-3', 'postgresql-18-postgis-3-scripts'];
  const unpacked = await newerDebian(...packages);
  await linkPostgis(unpacked);
  return { program, unpacked };
}

/** Links `postgis`, which DocumentDB asks for, to the versioned extension, as Debian's alternatives would. */
async function linkPostgis(unpacked) {
  const link = join(unpacked, 'usr/share/postgresql/18/extension/postgis.control');
  await symlink('postgis-3.control', link).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function createExtension(database) {
  const require = createRequire(join(root, 'packages', 'sql', 'package.json'));
  const { Client } = require('pg');
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    await client.query('create extension documentdb cascade');
  } finally {
    await client.end();
  }
}
