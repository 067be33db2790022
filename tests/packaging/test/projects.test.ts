import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drivers, published, type StoreOfProgram } from '../src/packages.js';
import { compiler, emptyFolder, install, manifestOf, must, nodeTypes, pack, remove } from '../src/project.js';

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

const backends = published.flatMap((each) =>
  each.backend === undefined ? [] : [{ ...each, backend: each.backend }],
);

describe.each(backends)(
  'A project with @kairos/core, @kairos/$name and its driver alone',
  ({ name, backend }) => {
    const test = process.env[backend.skip] === 'false' ? it.skip : it;
    let project: string;
    let source: { url: string; options: object };

    beforeAll(async () => {
      if (process.env[backend.skip] === 'false') return;
      source = { url: urlOf(name, backend), options: backend.options };
      const { devDependencies } = await manifestOf(name);
      const version = typeof devDependencies === 'object' ? devDependencies[backend.driver] : undefined;
      const own = await pack(name, folder);
      const driver = version === undefined ? {} : { [backend.driver]: version };
      project = await install({ '@kairos/core': core, [`@kairos/${name}`]: own, ...driver });
    }, 300_000);

    afterAll(async () => {
      if (project !== undefined) await remove(project);
    });

    test('has the driver of no other backend', async () => {
      const { dependencies } = JSON.parse(await must('npm', ['ls', '--all', '--json'], project));
      const listed = JSON.stringify(dependencies);
      expect(drivers.filter((driver) => listed.includes(`"${driver}":`))).toEqual([backend.driver]);
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
  },
);

function urlOf(name: string, { url }: StoreOfProgram): string {
  const found = url(process.env);
  if (found !== undefined) return found;
  throw new Error(`There is no store for @kairos/${name} in the environment`);
}
