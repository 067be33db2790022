/**
 * MongoDB for the tests of @kairos/mongo: `MONGO_URL`, or mongo:8 of compose.yaml, or this machine's
 * `mongod`, or SecantusDB, an independent server of the same protocol that pip installs into a virtual
 * environment.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../lib/run.mjs';
import { findProgram, freePort, needProgram, startProcess, waitForPort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

const SECANTUS = '0.7.0b3';

const execute = promisify(execFile);

/** Tells the tests that the server is thrown away, so they need not clean up. */
export const DISPOSABLE = { MONGO_DISPOSABLE: 'true' };

export default service({
  variable: 'MONGO_URL',
  skip: 'TEST_MONGO',
  compose: {
    services: ['mongo'],
    env: { MONGO_URL: 'mongodb://127.0.0.1:27117/?directConnection=true', ...DISPOSABLE },
  },
  start: async (folder, later) => {
    const server = await startServer({ folder, port: await freePort() });
    later(() => server.stop());
    return { MONGO_URL: server.url, ...DISPOSABLE };
  },
});

/** Returns the path of `mongod` or of SecantusDB, which it installs if needed. */
export async function needMongo() {
  return (await findProgram('mongod')) ?? (await needSecantus());
}

/**
 * Starts a server with fail points on a folder, which may hold the data of a killed server. With `users`,
 * clients must log in, and the folder must already contain a user.
 */
export async function startServer({ folder, port, standalone = false, users = false }) {
  const mongod = await findProgram('mongod');
  const server =
    mongod === undefined
      ? await startSecantus({ folder, port, standalone, users })
      : await startMongod(mongod, { folder, port, standalone, users });
  await waitForPort(port, { server });
  if (mongod !== undefined && !standalone) await initiate(port, { users });
  return { ...server, url: `mongodb://127.0.0.1:${port}/${standalone ? '' : '?directConnection=true'}` };
}

async function startMongod(program, { folder, port, standalone, users }) {
  const keyFile = join(folder, 'key');
  // Members of a replica set with users authenticate each other with this key.
  if (users) await writeFile(keyFile, 'kairos', { mode: 0o600 });
  return startProcess(
    program,
    [
      ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder],
      ...['--setParameter', 'enableTestCommands=1', '--setParameter', 'ttlMonitorSleepSecs=5'],
      ...(standalone ? [] : ['--replSet', 'kairos']),
      ...(users ? ['--auth', '--keyFile', keyFile] : []),
    ],
    { folder },
  );
}

async function startSecantus({ folder, port, standalone, users }) {
  return startProcess(
    await needSecantus(),
    [
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', join(folder, 'data')],
      ...['--sync-on-commit', '--enable-test-commands', '--log-level', 'WARNING'],
      ...(standalone ? ['--standalone'] : []),
      ...(users ? ['--auth'] : []),
    ],
    { folder },
  );
}

/** The server's program in a virtual environment, kept for later runs. */
async function needSecantus() {
  const environment = join(root, '.services', `secantusdb-${SECANTUS}`);
  const program = join(environment, 'bin', 'secantusd-py');
  if (existsSync(program)) return program;
  const python = await needProgram({
    names: ['python3'],
    packages: ['python3', 'python3-venv'],
    what: 'MongoDB (or Python 3, for the server that stands in for it)',
  });
  console.log(`  installing SecantusDB ${SECANTUS} with pip`);
  await execute(python, ['-m', 'venv', environment]);
  await execute(join(environment, 'bin', 'pip'), ['install', '--quiet', `SecantusDB==${SECANTUS}`], {
    maxBuffer: 2 ** 26,
  });
  return program;
}

/** Initiates a replica set of one member and waits until it accepts writes. */
async function initiate(port, { users }) {
  const require = createRequire(join(root, 'packages', 'mongo', 'package.json'));
  const { MongoClient } = require('mongodb');
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    const ALREADY_INITIALIZED = 23;
    // With users, the set was initiated before there were any.
    if (!users) {
      await admin.command({ replSetInitiate: { _id: 'kairos', members } }).catch((error) => {
        if (error.code !== ALREADY_INITIALIZED) throw error;
      });
    }
    while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await client.close();
  }
}
