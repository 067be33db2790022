import { ConfigurationError, Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([sql]);
const intervals = { day: { step: 86_400 } } as const;
const at = { timestamp: 0 };

/** Doubles that 15 digits cannot distinguish from others, or do not restore. */
const FRACTIONS = [
  0.3,
  0.1 + 0.2,
  1 / 3,
  Math.PI,
  5e-324,
  Number.MAX_VALUE,
  -0.1,
  2 ** 53 - 1,
  123456789.12345679,
];

const texts = [
  ...Array.from({ length: 20 }, (_, index) => `value ${index}`),
  'NULL',
  'null',
  '',
  'x'.repeat(300),
  'sha256:',
];

onServer(postgresServer, (server) => {
  const namespaces: string[] = [];
  afterAll(() => dropTables(server, namespaces));

  const sessions: Record<string, PoolConfig> = {
    'sessions of other settings': {
      options:
        '-c extra_float_digits=0 -c array_nulls=off -c bytea_output=escape -c datestyle=German -c intervalstyle=iso_8601',
    },
    'sessions that round doubles more': { options: '-c extra_float_digits=-15' },
    'type parsers that leave all as it is': { types: { getTypeParser: () => (text: string) => text } },
    'type parsers of whole numbers as bigints': {
      types: {
        getTypeParser: (oid: number) => (text: string) => (oid === 20 || oid === 23 ? BigInt(text) : text),
      },
    },
  };
  for (const [what, config] of Object.entries(sessions)) {
    for (const kind of ['pool', 'Kysely'] as const) {
      describe(`${what}, of a ${kind}`, () => {
        let pool: Pool;
        let handle: object;

        beforeAll(() => {
          pool = new Pool({ connectionString: server.url, ...config });
          handle = kind === 'pool' ? pool : new Kysely({ dialect: new PostgresDialect({ pool }) });
        });
        afterAll(() => pool.end());

        function newTable(): string {
          const tableName = `settings_${process.pid}_${namespaces.length}`;
          namespaces.push(tableName);
          return tableName;
        }

        it('change nothing of the doubles that are read', async () => {
          const tableName = newTable();
          const counts = await kairos.timeseries(handle, { type: 'count', tableName, intervals });
          for (const [index, fraction] of FRACTIONS.entries()) {
            await counts.insert(`name ${index}`, fraction, at);
            expect(await counts.get(`name ${index}`, 'day', at)).toEqual(new Map([[0, fraction]]));
          }
          const histogram = await kairos.timeseries(handle, { type: 'histogram', tableName, intervals });
          const set = await kairos.timeseries(handle, { type: 'set', tableName, intervals });
          const series = await kairos.timeseries(handle, { type: 'series', tableName, intervals });
          const gauge = await kairos.timeseries(handle, { type: 'gauge', tableName, intervals });
          await gauge.insert('home', 0.1 + 0.2, at);
          await histogram.bulkInsert(new Map([[0, { home: [...FRACTIONS, ...FRACTIONS, 0.3] }]]));
          await set.insert('home', FRACTIONS, at);
          await series.insert('home', FRACTIONS, at);
          expect(await gauge.get('home', 'day', at)).toEqual(new Map([[0, 0.1 + 0.2]]));
          const occurrences = FRACTIONS.map((fraction) => [fraction, fraction === 0.3 ? 3 : 2] as const);
          expect(await histogram.get('home', 'day', at)).toEqual(new Map([[0, new Map(occurrences)]]));
          expect(await set.get('home', 'day', at)).toEqual(new Map([[0, new Set(FRACTIONS)]]));
          expect(await series.get('home', 'day', at)).toEqual(new Map([[0, FRACTIONS]]));
        });

        it.each(['string', 'text'] as const)('change nothing of a %s', async (valueType) => {
          const tableName = newTable();
          const options = { valueType, stringLength: 1000, tableName, intervals } as const;
          const set = await kairos.timeseries(handle, { type: 'set', ...options });
          const histogram = await kairos.timeseries(handle, { type: 'histogram', ...options });
          const series = await kairos.timeseries(handle, { type: 'series', ...options });
          for (const each of [set, histogram, series]) await each.insert('home', texts, at);
          expect(await set.get('home', 'day', at)).toEqual(new Map([[0, new Set(texts)]]));
          const counts = new Map(texts.map((text) => [text, 1]));
          expect(await histogram.get('home', 'day', at)).toEqual(new Map([[0, counts]]));
          expect(await series.get('home', 'day', at)).toEqual(new Map([[0, texts]]));
        });

        it('change nothing of blobs, booleans, longs and dates', async () => {
          const tableName = newTable();
          const bytes = [
            ...texts.map((text) => new TextEncoder().encode(text)),
            new Uint8Array([0, 1, 92, 255]),
          ];
          const blobs = await kairos.timeseries(handle, {
            type: 'set',
            valueType: 'blob',
            tableName,
            intervals,
          });
          await blobs.insert('home', bytes, at);
          const [read = []] = (await blobs.get('home', 'day', at)).values();
          const hexOf = (all: Iterable<Uint8Array>) =>
            [...all].map((each) => Buffer.from(each).toString('hex')).sort();
          expect(hexOf(read)).toEqual(hexOf(bytes));
          const kept = await kairos.timeseries(handle, {
            type: 'series',
            valueType: 'blob',
            tableName,
            intervals,
          });
          await kept.insert('home', bytes, at);
          expect((await kept.get('home', 'day', at)).get(0)).toEqual(bytes);

          const gauge = { type: 'gauge', intervals } as const;
          const flags = await kairos.timeseries(handle, {
            ...gauge,
            valueType: 'bool',
            tableName: newTable(),
          });
          await flags.insert('yes', true, at);
          await flags.insert('no', false, at);
          expect([
            ...(await flags.get('yes', 'day', at)).values(),
            ...(await flags.get('no', 'day', at)).values(),
          ]).toEqual([true, false]);
          const longs = await kairos.timeseries(handle, {
            ...gauge,
            valueType: 'long',
            tableName: newTable(),
          });
          await longs.insert('home', 2n ** 63n - 1n, at);
          expect(await longs.get('home', 'day', at)).toEqual(new Map([[0, 2n ** 63n - 1n]]));
          const dates = await kairos.timeseries(handle, {
            ...gauge,
            valueType: 'date',
            tableName: newTable(),
          });
          await dates.insert('home', new Date(0), at);
          expect(await dates.get('home', 'day', at)).toEqual(new Map([[0, new Date(0)]]));
          expect(await dates.properties('home')).toEqual({ day: { first: 0, last: 0 } });
          await dates.expire();
          expect(await dates.list()).toEqual(['home']);
        });
      });
    }
  }

  it('the option "binary" is refused by its name, wherever it is', async () => {
    const options = { type: 'count', tableName: 'binary', intervals } as const;
    const pool = new Pool({ connectionString: server.url, binary: true } as PoolConfig);
    const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
    for (const handle of [pool, db]) {
      const opening = kairos.timeseries(handle, options);
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/"binary"/);
    }
    const opening = kairos.timeseries(server.url, { ...options, clientConfig: { binary: true } });
    await expect(opening).rejects.toThrow(/"clientConfig.binary"/);
    await pool.end();
  });
});
