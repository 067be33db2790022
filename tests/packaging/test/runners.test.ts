import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, installBackend, manifestOf, must, pack, remove, rootManifest } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

const versions = { ...rootManifest().devDependencies, ...manifestOf('adapter-tests').devDependencies };
const drivers = ['pg', 'mysql2'].map((driver) => [driver, manifestOf('sql').devDependencies?.[driver] ?? '']);

describe('The tests of a program that uses Kairos', () => {
  const test = testUnless('TEST_SQL');
  let folder: string;
  let project: string;

  beforeAll(async () => {
    if (process.env.TEST_SQL === 'false') return;
    folder = await emptyFolder();
    const core = await pack('core', folder);
    const more = { ...Object.fromEntries(drivers), jest: versions.jest ?? '', vitest: versions.vitest ?? '' };
    project = await installBackend(
      { name: 'sql', backend: { driver: 'better-sqlite3' } },
      { folder, core, more },
    );
    await copyFile(join(__dirname, '..', 'src', 'consumer.test.mjs'), join(project, 'consumer.test.mjs'));
    await writeFile(
      join(project, 'vitest.config.mjs'),
      "export default { test: { globals: true, include: ['consumer.test.mjs'] } };",
    );
    const jest = { testMatch: ['**/consumer.test.mjs'], moduleFileExtensions: ['mjs', 'js'], transform: {} };
    await writeFile(join(project, 'jest.config.json'), JSON.stringify(jest));
  }, 300_000);

  afterAll(async () => {
    for (const each of [project, folder]) if (each !== undefined) await remove(each);
  });

  test.each([
    ['jest', ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js']],
    ['vitest', ['node_modules/vitest/vitest.mjs', 'run']],
    ['vitest in contexts of node:vm', ['node_modules/vitest/vitest.mjs', 'run', '--pool=vmThreads']],
  ])(
    'pass under %s',
    async (_, args) => {
      await must(process.execPath, args, project);
    },
    180_000,
  );
});
