import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backends, urlOf } from '../src/packages.js';
import { emptyFolder, install, manifestOf, must, pack, remove, root, run } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

/** The runtimes, as npm packages them. */
const RUNTIMES = { node: '24.21.0', bun: '1.4.5', deno: '2.9.6' };

const sqliteProgram = `
import assert from 'node:assert/strict';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { CompiledQuery } from 'kysely';

const NORMAL = 1;
const intervals = { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } };
const at = { timestamp: 1700000000 };
for (const source of ['sqlite:program.db', new (process.getBuiltinModule('node:sqlite').DatabaseSync)(':memory:')]) {
  for (const type of ['series', 'histogram', 'count', 'gauge', 'set']) {
    const timeseries = await new Kairos([sql]).timeseries(source, { type, intervals });
    await timeseries.insert('home', 2, at);
    await timeseries.bulkInsert(new Map([[at.timestamp, { home: [2], away: [1] }]]));
    assert.deepEqual(await timeseries.list(), ['away', 'home']);
    assert.equal((await timeseries.get('home', 'day', { ...at, condense: true })).size, 1);
    await timeseries.delete('home');
    assert.deepEqual(await timeseries.list(), ['away']);
    await timeseries.deleteAll();
    await timeseries.close();
  }
}
const hits = await new Kairos([sql]).timeseries('sqlite:program.db', { type: 'count', intervals });
await hits.get('home', 'minute', {
  fetch: async (db) => {
    const { rows } = await db.executeQuery(CompiledQuery.raw('pragma synchronous'));
    assert.deepEqual(rows.map(({ synchronous }) => Number(synchronous)), [NORMAL]);
    return new Map();
  },
});
await hits.close();
console.log('all types are stored, as durably as with better-sqlite3');
`;

const serverProgram = `
import assert from 'node:assert/strict';
import { Kairos } from '@kairos/core';

const [name, url, options] = process.argv.slice(2);
const { [name]: backend } = await import('@kairos/' + name);
const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } };
const at = { timestamp: 1700000000 };
for (const type of ['series', 'histogram', 'count', 'gauge', 'set']) {
  const timeseries = await kairos.timeseries(url, { type, intervals, ...JSON.parse(options) });
  await timeseries.insert('home', 2, at);
  await Promise.all(['home', 'away'].map((name) => timeseries.insert(name, 3, at)));
  await timeseries.bulkInsert(new Map([[at.timestamp, { home: [2], away: [1] }]]));
  assert.deepEqual(await timeseries.list(), ['away', 'home']);
  if (type === 'count') {
    const read = await timeseries.seriesByName(['away', 'home'], 'minute', { start: at.timestamp, steps: 1 });
    assert.deepEqual([...read].map(([name, counts]) => [name, ...counts.values()]), [['away', 4], ['home', 7]]);
  }
  await assert.rejects(timeseries.insert('home', {}, at), { code: 'KAIROS_INVALID_VALUE' });
  await timeseries.delete('home');
  assert.deepEqual(await timeseries.list(), ['away']);
  await timeseries.deleteAll();
  await timeseries.close();
}
console.log('all types are stored');
`;

const suite = `import { after, before, describe, it } from 'node:test';
import { conformance } from '@kairos/adapter-tests';
import { file as factory } from './factory.mjs';

conformance({
  name: 'packed',
  test: { describe, it, before, after },
  factory: { ...factory, process: { module: new URL('./factory.mjs', import.meta.url), export: 'file' } },
});
`;

const tableName = `runtime_${process.pid}`;
const ofSql = (title: string, variable: string) => {
  const backend = { skip: 'TEST_SQL', url: () => process.env[variable], options: { tableName } };
  return { title, name: 'sql', backend };
};

const servers = [
  ofSql('PostgreSQL', 'POSTGRES_URL'),
  ofSql('MariaDB', 'MARIADB_URL'),
  // Only the matrix of servers has MySQL.
  ...(process.env.MYSQL_URL === undefined ? [] : [ofSql('MySQL', 'MYSQL_URL')]),
  ...backends
    .filter(({ name }) => name !== 'sql')
    .map(({ name, backend }) => ({ title: `The server of @kairos/${name}`, name, backend })),
];

const PROGRAMS = [
  ['Node 24', 'node', []],
  ['Bun', 'bun', []],
  ['Deno', 'deno', ['run', '--allow-all']],
] as const;

let folder: string;
let project: string;
let tools: string;

beforeAll(async () => {
  folder = await emptyFolder();
  tools = await emptyFolder();
  await writeFile(
    join(tools, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: RUNTIMES,
      allowScripts: { node: true, bun: true, deno: true },
    }),
  );
  // These packages download their programs in install scripts.
  await must('npm', ['install', '--no-audit', '--no-fund'], tools);
  const others: Record<string, string> = {};
  for (const name of ['redis', 'mongo', 'cassandra']) others[`@kairos/${name}`] = await pack(name, folder);
  const { pg = '', mysql2 = '' } = manifestOf('sql').devDependencies ?? {};
  project = await install({
    '@kairos/core': await pack('core', folder),
    '@kairos/sql': await pack('sql', folder),
    ...others,
    '@kairos/adapter-tests': await pack('adapter-tests', folder),
    pg,
    mysql2,
  });
  await copyFile(join(root, 'packages', 'sql', 'test', 'factory.mjs'), join(project, 'factory.mjs'));
  await writeFile(join(project, 'sqlite.mjs'), sqliteProgram);
  await writeFile(join(project, 'server.mjs'), serverProgram);
  await writeFile(join(project, 'suite.mjs'), suite);
}, 300_000);

afterAll(async () => {
  for (const each of [project, folder, tools]) if (each !== undefined) await remove(each);
});

const runtime = (name: string) => join(tools, 'node_modules', '.bin', name);

describe('SQLite without a driver', () => {
  const test = testUnless('TEST_SQL');

  test.each(PROGRAMS)(
    'stores all types on %s',
    async (_, name, args) => {
      await remove(join(project, 'program.db'));
      const printed = await must(runtime(name), [...args, 'sqlite.mjs'], project);
      expect(printed).toContain('as durably as with better-sqlite3');
    },
    120_000,
  );

  test('passes the conformance suite on Node 24', async () => {
    const args = ['--test', '--test-reporter=tap', 'suite.mjs'];
    const { code, text } = await run(runtime('node'), args, project, { KAIROS_SQLITE_FILE: 'suite.sqlite' });
    expect({ code, text: text.slice(-3000) }).toMatchObject({ code: 0 });
    expect(Number(/^# pass (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(300);
    expect(text).toMatch(/^# skipped 0$/m);
  }, 600_000);
});

describe.each(servers)('$title', ({ name, backend }) => {
  testUnless(backend.skip).each(PROGRAMS)(
    'stores all types on %s',
    async (_, program, args) => {
      const options = JSON.stringify(backend.options);
      const whole = [...args, 'server.mjs', name, urlOf(name, backend), options];
      expect(await must(runtime(program), whole, project)).toContain('all types are stored');
    },
    120_000,
  );
});
