import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const folderOf = (adapter: string) =>
  join(root, adapter === 'lmdb' ? 'examples/adapter-lmdb' : `packages/${adapter}`, 'src');

describe("The architecture's table of roles", () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [head = [], , ...roles] = page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')));

  it('has a column for every adapter', () => {
    expect(head).toEqual(['role', 'sql', 'redis', 'mongo', 'cassandra', 'lmdb']);
    expect(roles.length).toBeGreaterThan(10);
  });

  it('names only existing files', () => {
    const missing = roles.flatMap(([, ...files]) =>
      files.filter(
        (file, column) => file !== '' && !existsSync(join(folderOf(head[column + 1] ?? ''), file)),
      ),
    );
    expect(missing).toEqual([]);
  });
});
