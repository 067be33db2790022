import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { published } from '../src/packages.js';
import { compiler, must, remove, root } from '../src/project.js';
import { programsOf } from '../src/readme.js';

/** Inside this project, so that the workspace's packages resolve. */
const folder = join(__dirname, '..', '.generated');
const readmes = ['README.md', ...published.map(({ name }) => `packages/${name}/README.md`)];
/** Programs that need no server. */
const runnable = ['README.md', 'packages/core/README.md'];
const programs = new Map<string, string[]>();

beforeAll(async () => {
  await remove(folder);
  await mkdir(folder);
  for (const readme of readmes) {
    const files: string[] = [];
    for (const [index, program] of (await programsOf(join(root, readme))).entries()) {
      const file = `${readme.replaceAll(/[^a-z-]+/gi, '_')}_${index}`;
      await writeFile(join(folder, `${file}.ts`), `${program}\nexport {};\n`);
      files.push(join(folder, `${file}.js`));
    }
    programs.set(readme, files);
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ['node', 'jest'],
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
}, 60_000);

afterAll(() => remove(folder));

describe('The programs of the READMEs', () => {
  it('compile in strict TypeScript', async () => {
    await must(process.execPath, [compiler, '-p', folder], folder);
    expect([...programs.values()].flat().length).toBeGreaterThan(published.length - 1);
  }, 120_000);

  it.each(runnable)(
    'of %s run unchanged',
    async (readme) => {
      for (const file of programs.get(readme) ?? []) await must(process.execPath, [file], folder);
      expect(programs.get(readme)).not.toEqual([]);
    },
    60_000,
  );
});
