import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, installBackend, must, pack, remove } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

const program = `
import assert from 'node:assert/strict';
import * as core from '@kairos/core';
import { sql } from '@kairos/sql';
import * as own from './node_modules/@kairos/sql/node_modules/@kairos/core/dist/index.js';

assert.notEqual(core.InvalidValueError, own.InvalidValueError);
const values = await new core.Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'series',
  valueType: 'int',
  intervals: { minute: { step: 60 } },
});
await values.insert('home', 7, { timestamp: 0 });
assert.deepEqual([...(await values.get('home', 'minute', { timestamp: 0 }))], [[0, [7]]]);

const thrownBySql = await values.insert('home', 'seven').catch((error) => error);
assert(thrownBySql instanceof core.InvalidValueError && thrownBySql instanceof own.InvalidValueError);
assert(thrownBySql instanceof core.KairosError && !(thrownBySql instanceof core.StorageError));
console.log('both copies agree');
`;

describe('Two copies of core in one process, one of them used by a backend', () => {
  const test = testUnless('TEST_SQL');

  test("open timeseries, and recognize each other's errors", async () => {
    const folder = await emptyFolder();
    const core = await pack('core', folder);
    const project = await installBackend(
      { name: 'sql', backend: { driver: 'better-sqlite3' } },
      { folder, core },
    );
    const packages = join(project, 'node_modules', '@kairos');
    await cp(join(packages, 'core'), join(packages, 'sql', 'node_modules', '@kairos', 'core'), {
      recursive: true,
    });
    await writeFile(join(project, 'main.mjs'), program);
    expect(await must(process.execPath, ['main.mjs'], project)).toContain('both copies agree');
    await remove(project);
    await remove(folder);
  }, 120_000);
});
