import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { published } from '../src/packages.js';
import { emptyFolder, pack, remove, run, tool, unpack } from '../src/project.js';

let folder: string;
const tarballs = new Map<string, string>();
const contents = new Map<string, string>();

beforeAll(async () => {
  folder = await emptyFolder();
  for (const { name } of published) {
    const tarball = await pack(name, folder);
    tarballs.set(name, tarball);
    contents.set(name, await unpack(tarball));
  }
}, 300_000);

afterAll(() => remove(folder));

const of = (paths: ReadonlyMap<string, string>, name: string) => paths.get(name) ?? '';

describe.each(published.map(({ name }) => name))('The tarball of @kairos/%s', (name) => {
  it('holds dist, its documents and the licence, and nothing else', async () => {
    const files = await readdir(of(contents, name));
    expect(files.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
    const entries = await readdir(join(of(contents, name), 'dist'), { recursive: true, withFileTypes: true });
    const dist = entries.filter((entry) => entry.isFile());
    const strange = dist.filter(
      ({ name, parentPath }) =>
        // The browser loads these files.
        !parentPath.includes(join('page', 'site')) && !/\.(js|d\.ts|js\.map)$/.test(name),
    );
    expect(strange.map((entry) => entry.name)).toEqual([]);
  });

  it('is small', async () => {
    const { size } = await stat(of(tarballs, name));
    console.log(`@kairos/${name}: ${(size / 1000).toFixed(0)} kB packed`);
    expect(size).toBeLessThan(300_000);
  });

  it('names versions that a registry understands', async () => {
    expect(await readFile(join(of(contents, name), 'package.json'), 'utf8')).not.toContain('workspace:');
  });

  it('has source maps that carry their sources', async () => {
    const dist = join(of(contents, name), 'dist');
    const maps = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) {
      const { sources, sourcesContent } = JSON.parse(await readFile(join(dist, map), 'utf8'));
      expect(sourcesContent).toHaveLength(sources.length);
      const compiled = await readFile(join(dist, map.replace(/\.map$/, '')), 'utf8');
      expect(compiled).toContain(`sourceMappingURL=${map.split(/[\\/]/).at(-1)}`);
    }
  });

  it('has nothing that publint would change', async () => {
    const { code, text } = await run(tool('publint'), ['run', of(tarballs, name), '--strict'], folder);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('All good') });
  });

  it('has types that resolve as the code does', async () => {
    // These packages are ES modules only, which CommonJS can `require()`: hence the profile.
    const { code, text } = await run(
      tool('attw'),
      [of(tarballs, name), '--profile', 'esm-only', '--no-color'],
      folder,
    );
    expect({ code, text }).toMatchObject({ code: 0 });
  }, 120_000);
});
