import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programs, refused } from '../src/programs.js';
import { compiler, emptyFolder, installBackend, must, nodeTypes, pack, remove, run } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

const LONGEST = 14;

describe('A new user, with the packed packages and better-sqlite3 in an empty project', () => {
  const test = testUnless('TEST_SQL');
  let folder: string;
  let project: string;

  beforeAll(async () => {
    if (process.env.TEST_SQL === 'false') return;
    folder = await emptyFolder();
    project = await installBackend(
      { name: 'sql', backend: { driver: 'better-sqlite3' } },
      {
        folder,
        core: await pack('core', folder),
        more: { pg: '8.23.1', '@types/better-sqlite3': '7.6.13' },
      },
    );
    await writeFile(join(project, 'tsconfig.base.json'), JSON.stringify({ compilerOptions: options }));
    for (const [index, { code }] of programs.entries()) await source(`main-${index}`, code);
    for (const [index, { code }] of refused.entries()) await source(`refused-${index}`, code);
    await configure('main', 'main-*/*.ts');
    await configure('refused', 'refused-*/*.ts');
    await must(process.execPath, [compiler, '-p', 'tsconfig.main.json'], project);
  }, 300_000);

  afterAll(async () => {
    for (const each of [project, folder]) if (each !== undefined) await remove(each);
  });

  const options = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    typeRoots: [join(nodeTypes, '..')],
  };
  const configure = (name: string, include: string) =>
    writeFile(
      join(project, `tsconfig.${name}.json`),
      JSON.stringify({ extends: './tsconfig.base.json', include: [include] }),
    );
  const source = async (name: string, code: string) => {
    await mkdir(join(project, name));
    await writeFile(join(project, name, 'package.json'), '{ "type": "module" }');
    await writeFile(join(project, name, 'main.ts'), code);
  };

  test.each(programs.map(({ title, ...program }, index) => [title, { ...program, index }] as const))(
    'writes and runs %s',
    async (_, { code, prints, index }) => {
      expect(code.trim().split('\n').length).toBeLessThanOrEqual(LONGEST);
      const printed = await must(process.execPath, ['main.js'], join(project, `main-${index}`));
      expect(printed.trim().split('\n')).toEqual(prints);
    },
    60_000,
  );

  test('gets compiler errors for mistakes', async () => {
    const { code, text } = await run(
      process.execPath,
      [compiler, '-p', 'tsconfig.refused.json', '--noEmit'],
      project,
    );
    expect(code).not.toBe(0);
    const errors = text.split('\n').filter((line) => line.includes('error TS'));
    expect(errors).toHaveLength(refused.length);
    for (const [index, { says }] of refused.entries()) {
      expect(errors.find((line) => line.startsWith(`refused-${index}/`))).toContain(says);
    }
  }, 120_000);
});
