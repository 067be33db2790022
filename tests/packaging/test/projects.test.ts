import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { backends, drivers, urlOf } from '../src/packages.js';
import { compiler, emptyFolder, installBackend, must, nodeTypes, pack, remove, run } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

let folder: string;
let core: string;

beforeAll(async () => {
  folder = await emptyFolder();
  core = await pack('core', folder);
}, 120_000);

afterAll(() => remove(folder));

function program(name: string, { url, options }: { url: string; options: object }, imports: string): string {
  return `${imports}
async function main() {
  const kairos = new Kairos([${name}]);
  const hits = await kairos.timeseries(${JSON.stringify(url)}, {
    type: 'count',
    intervals: { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } },
    ...${JSON.stringify(options)},
  });
  await hits.insert('home', 2, { timestamp: 1700000000 });
  const read = await hits.get('home', 'day', { timestamp: 1700000000, condense: true });
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

describe.each(backends)(
  'A project with @kairos/$name, its driver and the lowest core that it admits',
  (each) => {
    const { name, backend } = each;
    const test = testUnless(backend.skip);
    let project: string;
    let source: { url: string; options: object };

    beforeAll(async () => {
      if (process.env[backend.skip] === 'false') return;
      source = { url: urlOf(name, backend), options: backend.options };
      project = await installBackend(each, { folder, core });
    }, 300_000);

    afterAll(async () => {
      if (project !== undefined) await remove(project);
    });

    test('has the driver of no other backend', async () => {
      const listed = await must('npm', ['ls', '--all', '--parseable'], project);
      const installed = listed.split('\n').map((path) => basename(path));
      expect(drivers.filter((driver) => installed.includes(driver))).toEqual([backend.driver]);
    });

    test.each([
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ])(
      'compiles and runs in strict TypeScript with module %s and %s resolution',
      async (module, moduleResolution) => {
        const imports = `import { Kairos } from '@kairos/core';\nimport { ${name} } from '@kairos/${name}';`;
        const sources = join(project, moduleResolution);
        await mkdir(sources);
        await writeFile(join(sources, 'package.json'), '{ "type": "module" }');
        await writeFile(join(sources, 'main.ts'), program(name, source, imports));
        const compilerOptions = {
          module,
          moduleResolution,
          strict: true,
          exactOptionalPropertyTypes: true,
          target: 'es2022',
          lib: ['es2023'],
          skipLibCheck: false,
          types: ['node'],
          typeRoots: [join(nodeTypes, '..')],
        };
        await writeFile(
          join(sources, 'tsconfig.json'),
          JSON.stringify({ compilerOptions, include: ['main.ts'] }),
        );
        await must(process.execPath, [compiler, '-p', sources], project);
        expect(await must(process.execPath, [join(sources, 'main.js')], project)).toContain('[2]');
      },
      120_000,
    );

    test('runs when CommonJS requires it', async () => {
      const imports = `const { Kairos } = require('@kairos/core');\nconst { ${name} } = require('@kairos/${name}');`;
      await writeFile(join(project, 'main.cjs'), program(name, source, imports));
      expect(await must(process.execPath, [join(project, 'main.cjs')], project)).toContain('[2]');
    });

    test('gets an error with both versions if core has another version of the adapter contract', async () => {
      const contract = join(project, 'node_modules', '@kairos', 'core', 'dist', 'adapter.js');
      const code = await readFile(contract, 'utf8');
      const [, version] = /CONTRACT_VERSION = (\d+)/.exec(code) ?? [];
      const next = Number(version) + 1;
      await writeFile(contract, code.replace(`CONTRACT_VERSION = ${version}`, `CONTRACT_VERSION = ${next}`));
      const register = `import { Kairos } from '@kairos/core';\nimport { ${name} } from '@kairos/${name}';\nnew Kairos([${name}]);`;
      const { code: end, text } = await run(
        process.execPath,
        ['--input-type=module', '--eval', register],
        project,
      );
      await writeFile(contract, code);
      expect(end).toBe(1);
      expect(text).toContain(
        `The backend "${name}" is written for version ${version} of the adapter contract, but this @kairos/core has version ${next}`,
      );
    });
  },
);
