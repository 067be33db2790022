import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backends } from '../src/packages.js';
import { emptyFolder, installBackend, must, pack, remove, root } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

const tools = join(root, 'tests', 'packaging');
const bundler = join(tools, 'src', 'bundle.mjs');

/** Each package with one driver; the SQL drivers are each installed without the others. */
const cases = backends.flatMap(({ name, backend }) =>
  name === 'sql'
    ? [
        { name, backend },
        {
          name,
          backend: { ...backend, driver: 'pg', url: ({ POSTGRES_URL }: NodeJS.ProcessEnv) => POSTGRES_URL },
        },
        {
          name,
          backend: { ...backend, driver: 'mysql2', url: ({ MARIADB_URL }: NodeJS.ProcessEnv) => MARIADB_URL },
        },
      ]
    : [{ name, backend }],
);

let folder: string;
let core: string;

beforeAll(async () => {
  folder = await emptyFolder();
  core = await pack('core', folder);
}, 120_000);

afterAll(() => remove(folder));

function program(name: string, url: string, options: object): string {
  return `import { Kairos } from '@kairos/core';
import { ${name} } from '@kairos/${name}';

async function main() {
  const kairos = new Kairos([${name}]);
  const intervals = { minute: { step: 60 } };
  const hits = await kairos.timeseries(${JSON.stringify(url)}, { type: 'count', intervals, ...${JSON.stringify(options)} });
  await hits.insert('home', 2, { timestamp: 1700000000 });
  const read = await hits.get('home', 'minute', { timestamp: 1700000000 });
  await hits.deleteAll();
  await hits.close();
  console.log(JSON.stringify([...read.values()]));
}
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
`;
}

describe.each(cases.map((each) => ({ ...each, driver: each.backend.driver })))(
  'A program with only @kairos/$name and $driver',
  ({ name, backend, driver }) => {
    const test = testUnless(backend.skip);
    let project: string;

    beforeAll(async () => {
      if (process.env[backend.skip] === 'false') return;
      const url = backend.url(process.env);
      if (url === undefined) throw new Error(`The environment has no store for ${driver}`);
      const packed = await emptyFolder();
      project = await installBackend({ name, backend }, { folder: packed, core });
      await remove(packed);
      await writeFile(join(project, 'main.mjs'), program(name, url, backend.options));
    }, 300_000);

    afterAll(async () => {
      if (project !== undefined) await remove(project);
    });

    test.each(
      ['esbuild', 'webpack', 'rollup', 'vite'].flatMap((tool) => [
        [tool, 'esm'],
        [tool, 'cjs'],
      ]),
    )(
      'runs as a bundle by %s to %s',
      async (tool, format) => {
        await must(process.execPath, [bundler, tool ?? '', format ?? '', tools], project);
        // A folder with no packages but the native addon, if there is one.
        const bundled = await emptyFolder();
        await cp(join(project, 'bundled', `${tool}-${format}`), bundled, { recursive: true });
        if (driver === 'better-sqlite3') {
          await cp(join(project, 'node_modules'), join(bundled, 'node_modules'), { recursive: true });
          await remove(join(bundled, 'node_modules', '@kairos'));
        }
        const main = join(bundled, format === 'esm' ? 'main.mjs' : 'main.cjs');
        expect(await must(process.execPath, [main], bundled)).toContain('[2]');
        await remove(bundled);
      },
      120_000,
    );
  },
);
