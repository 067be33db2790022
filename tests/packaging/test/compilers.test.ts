import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { published } from '../src/packages.js';
import { emptyFolder, install, manifestOf, must, nodeTypes, pack, remove, root } from '../src/project.js';

/** The newest release of each line. */
const COMPILERS = ['5.4.5', '5.5.4', '5.6.3', '5.7.3', '5.8.3', '5.9.3', '6.0.3', '7.0.2'];

interface Way {
  readonly title: string;
  readonly type: 'module' | 'commonjs';
  readonly module: string;
  readonly moduleResolution: string;
  /** The first compiler that supports it. */
  readonly from: number;
  /** The first compiler that finds no error in the drivers' own types. */
  readonly cleanFrom: number;
}

const ways: readonly Way[] = [
  {
    title: 'as Node resolves modules',
    type: 'module',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    from: 5.4,
    cleanFrom: 5.4,
  },
  {
    title: 'as bundlers resolve modules',
    type: 'module',
    module: 'esnext',
    moduleResolution: 'bundler',
    from: 5.4,
    // Older compilers reject cassandra-driver's types, because of `long`.
    cleanFrom: 5.6,
  },
  {
    title: 'from CommonJS',
    type: 'commonjs',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    from: 5.8,
    cleanFrom: 5.8,
  },
];

describe('A program with the packed packages, all drivers and their types', () => {
  let folder: string;
  let project: string;

  beforeAll(async () => {
    folder = await emptyFolder();
    const dependencies: Record<string, string> = {};
    for (const { name, backend } of published) {
      dependencies[`@kairos/${name}`] = await pack(name, folder);
      if (backend !== undefined) add(dependencies, name, backend.driver);
    }
    for (const driver of ['@types/better-sqlite3', 'pg', '@types/pg', 'mysql2'])
      add(dependencies, 'sql', driver);
    for (const version of COMPILERS) dependencies[`typescript-${version}`] = `npm:typescript@${version}`;
    project = await install(dependencies);
    for (const { title, type, module, moduleResolution } of ways) {
      const sources = join(project, title);
      await mkdir(sources);
      await writeFile(join(sources, 'package.json'), JSON.stringify({ type }));
      await copyFile(join(root, 'tests', 'packaging', 'src', 'consumer.ts'), join(sources, 'consumer.ts'));
      const compilerOptions = {
        module,
        moduleResolution,
        target: 'es2022',
        lib: ['es2023'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ['node'],
        typeRoots: [join(nodeTypes, '..')],
      };
      await writeFile(join(sources, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    }
  }, 300_000);

  afterAll(async () => {
    for (const each of [project, folder]) if (each !== undefined) await remove(each);
  });

  describe.each(COMPILERS)('is compiled by TypeScript %s', (version) => {
    const line = Number.parseFloat(version);
    it.each(ways.filter(({ from }) => line >= from).map((way) => [way.title, way] as const))(
      '%s',
      async (title, { cleanFrom }) => {
        const compiler = join(project, 'node_modules', `typescript-${version}`, 'bin', 'tsc');
        const skipLibCheck = String(line < cleanFrom);
        await must(process.execPath, [compiler, '-p', title, '--skipLibCheck', skipLibCheck], project);
      },
      120_000,
    );
  });
});

/** A driver, or its types, in the version under test. */
function add(dependencies: Record<string, string>, name: string, driver: string): void {
  const version = manifestOf(name).devDependencies?.[driver];
  if (version === undefined) throw new Error(`@kairos/${name} has no ${driver} among its devDependencies`);
  dependencies[driver] = version;
}
