/**
 * MongoDB, or what stands in for it: a `mongod` of the machine, or SecantusDB, an independent server of the same
 * protocol that pip installs into a virtual environment of its own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { findProgram, needProgram, startProcess, waitForPort } from './server.mjs';

const SECANTUS = '0.7.0b3';

const execute = promisify(execFile);

/** Tells the tests that nobody will miss the server, so that they need not tidy up. */
export const DISPOSABLE = { MONGO_DISPOSABLE: 'true' };

/** Starts a server on a folder, which may hold the data of one that was killed. It has fail points. */
export async function startServer({ folder, port, standalone = false }) {
  const { mongod, secantus } = await needMongo();
  const options = { folder, port, standalone };
  const server = await (mongod === undefined
    ? startSecantus(secantus, options)
    : startMongod(mongod, options));
  await waitForPort(port, { server });
  if (mongod !== undefined && !standalone) await initiate(port);
  return { ...server, url: `mongodb://127.0.0.1:${port}/${standalone ? '' : '?directConnection=true'}` };
}

function startMongod(program, { folder, port, standalone }) {
  return startProcess(
    program,
    [
      ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder],
      ...['--setParameter', 'enableTestCommands=1', '--setParameter', 'ttlMonitorSleepSecs=5'],
      ...(standalone ? [] : ['--replSet', 'kairos']),
    ],
    { folder },
  );
}

function startSecantus(program, { folder, port, standalone }) {
  return startProcess(
    program,
    [
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', join(folder, 'data')],
      ...['--sync-on-commit', '--enable-test-commands', '--log-level', 'WARNING'],
      ...(standalone ? ['--standalone'] : []),
    ],
    { folder },
  );
}

/** The program of one of the two. */
export async function needMongo() {
  const mongod = await findProgram('mongod');
  return mongod === undefined ? { secantus: await needSecantus() } : { mongod };
}

/** The server in a virtual environment that is kept for later runs. */
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

/** Makes a replica set of one member, and waits until it takes writes. */
async function initiate(port) {
  const require = createRequire(join(root, 'packages', 'mongo', 'package.json'));
  const { MongoClient } = require('mongodb');
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    const ALREADY_INITIALIZED = 23;
    await admin.command({ replSetInitiate: { _id: 'kairos', members } }).catch((error) => {
      if (error.code !== ALREADY_INITIALIZED) throw error;
    });
    while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await client.close();
  }
}
