import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const guide = readFileSync(join(root, 'docs', 'writing-an-adapter.md'), 'utf8');

/** Code blocks that begin with the name of a file of this example. `// …` marks omitted lines. */
const excerpts = [...guide.matchAll(/^```\w+\n\/\/ ((?:src|test)\/\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', code = '']) => ({ file, parts: code.split(/^ *\/\/ …\n/m) }),
);

describe('The guide to writing an adapter', () => {
  it('shows every file of the example', () => {
    const shown = new Set(excerpts.map(({ file }) => file));
    expect([...shown].sort()).toEqual([
      'src/backend.ts',
      'src/fetch.ts',
      'src/keys.ts',
      'src/layout.ts',
      'src/lmdb-adapter.ts',
      'test/conformance.test.ts',
      'test/store.mjs',
    ]);
  });

  it.each(excerpts)('shows $file as it is', ({ file, parts }) => {
    let rest = readFileSync(join(__dirname, '..', file), 'utf8');
    for (const part of parts) {
      expect(rest).toContain(part);
      rest = rest.slice(rest.indexOf(part) + part.length);
    }
  });
});
