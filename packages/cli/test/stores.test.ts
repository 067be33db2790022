import { kairos, temporaryFolder } from './support/kairos.js';

/** The stores named in the environment, with flags that give the tests their own namespace. */
const space = `cli_${process.pid}`;
const { POSTGRES_URL, REDIS_URL, MONGO_URL, CASSANDRA_CONTACT_POINTS } = process.env;
const stores = [
  { name: 'SQLite', url: 'sqlite:stores.sqlite', flags: ['table', space] },
  { name: 'PostgreSQL', url: POSTGRES_URL, flags: ['table', space] },
  { name: 'Redis', url: REDIS_URL, flags: ['prefix', space] },
  { name: 'MongoDB', url: MONGO_URL, flags: ['database', space] },
  {
    name: 'Cassandra',
    url: CASSANDRA_CONTACT_POINTS === undefined ? undefined : `cassandra://${CASSANDRA_CONTACT_POINTS}`,
    flags: ['keyspace', space, 'option', 'replication=1'],
  },
].filter(({ url }) => url !== undefined);

const cwd = temporaryFolder();
const minute = '{"minute":{"step":60},"day":{"step":"daily","resolution":"hourly"}}';
const coarse = '{"hour":{"step":3600},"month":{"step":"monthly"}}';

/** Returns the flags of a store. For a target they name another namespace of it. */
function flagsOf({ flags }: (typeof stores)[number], prefix: '' | 'to-' = ''): string[] {
  const other = (value: string) => (value === space && prefix !== '' ? `${space}_copy` : value);
  return flags.map((flag, index) => (index % 2 === 0 ? `--${prefix}${flag}` : other(flag)));
}

const paths = stores.flatMap((from, index) => {
  const to = stores[(index + 1) % stores.length];
  return to === undefined || to === from ? [] : [{ from, to, title: `${from.name} to ${to.name}` }];
});

describe('kairos copy', () => {
  const types = ['count', 'histogram', 'series', 'gauge', 'set'];
  const run = paths.length === 0 ? it.skip : it;

  run.each(paths)(
    'from $title keeps every type exact',
    async ({ from, to, title }) => {
      const input = ['name,timestamp,value'];
      for (const name of ['a:b', 'ü', 'x y']) {
        for (let index = 0; index < 60; index++) {
          input.push(`${name},${1_709_200_000 + index * 1111},${(index * 7) % 11}`);
        }
      }
      for (const type of types) {
        const at = [from.url ?? '', '--type', type, ...flagsOf(from)];
        const filled = await kairos(['import', 'csv', '-', ...at, '--define', minute, '-q'], {
          cwd,
          input: input.join('\n'),
        });
        expect([title, type, filled.stderr]).toEqual([title, type, '']);
        const { code, stdout, stderr } = await kairos(
          [
            'copy',
            from.url ?? '',
            to.url ?? '',
            '--type',
            type,
            ...flagsOf(from),
            ...flagsOf(to, 'to-'),
            '--to-define',
            coarse,
            '--verify',
          ],
          { cwd },
        );
        expect([title, type, code, stderr]).toEqual([title, type, 0, '']);
        expect(stdout.match(/ yes$/gm)).toHaveLength(2);
      }
    },
    120_000,
  );
});
