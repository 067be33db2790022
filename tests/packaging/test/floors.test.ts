import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backends } from '../src/packages.js';
import { emptyFolder, floorOf, installBackend, manifestOf, pack, remove, root, run } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

let folder: string;
let core: string;
let suite: string;

beforeAll(async () => {
  folder = await emptyFolder();
  core = await pack('core', folder);
  suite = await pack('adapter-tests', folder);
}, 120_000);

afterAll(() => remove(folder));

/**
 * A package's own tests run its suite on the workspace's core. Here it runs on the lowest core that the
 * package admits, if that is an older one; sql's always runs, so that the tarballs are known to pass it.
 */
const needed = backends.filter(({ name }) => name === 'sql' || floorOf(name) !== manifestOf('core').version);

describe.each(needed)('@kairos/$name, packed and installed', (each) => {
  const { name, backend } = each;
  const test = testUnless(backend.skip);

  test('passes the conformance suite on the lowest core that it admits', async () => {
    const project = await installBackend(each, { folder, core, more: { '@kairos/adapter-tests': suite } });
    await copyFile(join(root, 'packages', name, 'test', 'factory.mjs'), join(project, 'factory.mjs'));
    await writeFile(join(project, 'suite.mjs'), program(backend.suite.store));
    const { code, text } = await run(
      process.execPath,
      ['--test', '--test-reporter=tap', 'suite.mjs'],
      project,
      backend.suite.environment,
    );
    await remove(project);
    expect({ code, text: text.slice(-3000) }).toMatchObject({ code: 0 });
    expect(Number(/^# pass (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(300);
    expect(text).toMatch(/^# skipped 0$/m);
  }, 1_800_000);
});

function program(store: string): string {
  return `import { after, before, describe, it } from 'node:test';
import { conformance } from '@kairos/adapter-tests';
import { ${store} as factory } from './factory.mjs';

conformance({
  name: 'packed',
  test: { describe, it, before, after },
  factory: { ...factory, process: { module: new URL('./factory.mjs', import.meta.url), export: '${store}' } },
});
`;
}
