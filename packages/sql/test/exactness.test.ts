import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactnessTests } from './support/exactness.js';
import { mariadbServer, mysqlServer, vitessServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { onServer } from './support/servers.js';

const folder = mkdtempSync(join(tmpdir(), 'kairos-exactness-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('SQLite', () => exactnessTests(() => `sqlite:${join(folder, 'exact.db')}`, 'exact'));

onServer(postgresServer, ({ url }) => exactnessTests(() => url, `exact_${process.pid}`));

onServer(mariadbServer, ({ url }) => exactnessTests(() => url, `exact_${process.pid}`));

onServer(mysqlServer, ({ url }) => exactnessTests(() => url, `exact_${process.pid}`));

onServer(vitessServer, ({ url }) => exactnessTests(() => url, `exact_${process.pid}`));
