import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, install, must, pack, remove, root, run } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

/** The programs, as npm brings them. */
const RUNTIMES = { node: '24.21.0', bun: '1.4.5', deno: '2.9.6' };

const program = `
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

const suite = `import { after, before, describe, it } from 'node:test';
import { conformance } from '@kairos/adapter-tests';
import { file as factory } from './factory.mjs';

conformance({
  name: 'packed',
  test: { describe, it, before, after },
  factory: { ...factory, process: { module: new URL('./factory.mjs', import.meta.url), export: 'file' } },
});
`;

describe('SQLite without a driver', () => {
  const test = testUnless('TEST_SQL');
  let folder: string;
  let project: string;
  let tools: string;

  beforeAll(async () => {
    if (process.env.TEST_SQL === 'false') return;
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
    // Their programs come by scripts of theirs.
    await must('npm', ['install', '--no-audit', '--no-fund'], tools);
    project = await install({
      '@kairos/core': await pack('core', folder),
      '@kairos/sql': await pack('sql', folder),
      '@kairos/adapter-tests': await pack('adapter-tests', folder),
    });
    await copyFile(join(root, 'packages', 'sql', 'test', 'factory.mjs'), join(project, 'factory.mjs'));
    await writeFile(join(project, 'main.mjs'), program);
    await writeFile(join(project, 'suite.mjs'), suite);
  }, 300_000);

  afterAll(async () => {
    for (const each of [project, folder, tools]) if (each !== undefined) await remove(each);
  });

  test.each([
    ['node', 'Node 24', ['main.mjs']],
    ['bun', 'Bun', ['main.mjs']],
    ['deno', 'Deno', ['run', '--allow-all', 'main.mjs']],
  ])(
    '%s stores all types (%s)',
    async (name, _, args) => {
      await remove(join(project, 'program.db'));
      const runtime = join(tools, 'node_modules', '.bin', name);
      expect(await must(runtime, args, project)).toContain('as durably as with better-sqlite3');
    },
    120_000,
  );

  test('passes the conformance suite on Node 24', async () => {
    const node = join(tools, 'node_modules', '.bin', 'node');
    const { code, text } = await run(node, ['--test', '--test-reporter=tap', 'suite.mjs'], project, {
      KAIROS_SQLITE_FILE: 'suite.sqlite',
    });
    expect({ code, text: text.slice(-3000) }).toMatchObject({ code: 0 });
    expect(Number(/^# pass (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(300);
    expect(text).toMatch(/^# skipped 0$/m);
  }, 600_000);
});
