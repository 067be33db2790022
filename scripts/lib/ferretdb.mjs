import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { newerDebian } from './newer-debian.mjs';
import { postgres18 } from './postgres-18.mjs';
import { postgresFor } from './postgres-server.mjs';
import { root } from './run.mjs';
import { findProgram, freePort } from './server.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const VERSION = '2.7.0';
const MODULE = 'github.com/FerretDB/FerretDB/v2/cmd/ferretdb';

const execute = promisify(execFile);

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
  const program = await builtFerretdb();
  const packages = ['postgresql-18-documentdb', 'postgresql-18-postgis-3', 'postgresql-18-postgis-3-scripts'];
  const unpacked = await newerDebian(...packages);
  await linkPostgis(unpacked);
  return { program, unpacked };
}

/** The path of the program; Go builds it once. */
async function builtFerretdb() {
  const home = join(root, '.services', `ferretdb-${VERSION}`);
  const program = join(home, 'ferretdb');
  if (existsSync(program)) return program;
  const go = await findProgram('go', '/usr/local/go/bin/go');
  if (go === undefined) throw new Unavailable(`there is no Go to build FerretDB ${VERSION} with`);
  const work = `${home}-${process.pid}`;
  try {
    console.log(`  building FerretDB ${VERSION} with Go (once, some minutes)`);
    await mkdir(work, { recursive: true });
    const env = { ...process.env, GOBIN: work, CGO_ENABLED: '0' };
    await execute(go, ['install', `${MODULE}@v${VERSION}`], { cwd: work, env, maxBuffer: 2 ** 26 });
    // A parallel run may have won the race.
    await rename(work, home).catch((error) => {
      if (!existsSync(program)) throw error;
    });
  } catch (error) {
    throw new Unavailable(`Go cannot build FerretDB ${VERSION}: ${reasonOf(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
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
