import { FaultyProxy } from '@kairos/adapter-tests';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { createHandler } from '../src/index.js';
import { Described } from './support/described.js';

const { POSTGRES_URL = '', TEST_SQL } = process.env;
const describeOn = TEST_SQL === 'false' ? describe.skip : describe;

describeOn('A store that is away', () => {
  const errors: unknown[] = [];
  let api: Described;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const server = new URL(POSTGRES_URL);
    const proxy = await FaultyProxy.before({ host: server.hostname, port: Number(server.port || 5432) });
    const through = Object.assign(new URL(POSTGRES_URL), { hostname: '127.0.0.1', port: `${proxy.port}` });
    const hits = await new Kairos([sql]).timeseries(through.href, {
      type: 'count',
      tableName: `http_${process.pid}`,
      intervals: { minute: { step: 60 } },
    });
    api = new Described(createHandler({ hits }, { insert: true, onError: (error) => errors.push(error) }));
    expect(await api.post('/api/hits/inserts', { name: 'home', timestamp: 60 })).toMatchObject({
      status: 200,
    });
    await proxy.close();
    close = () => hits.close();
  });

  afterAll(() => close());

  it.each([
    ['/api/hits/names', 'The list failed'],
    ['/api/hits/properties?name=home', 'The properties failed'],
    ['/api/hits/series?name=home&interval=minute&steps=1', 'The read of "minute" failed'],
    ['/api/hits/series?name=home&interval=minute&steps=1&byName', 'The read of "minute" failed'],
  ])('is answered with 503, without what the driver says: %s', async (path, error) => {
    errors.length = 0;
    const answer = await api.get(path);
    expect(answer).toMatchObject({ status: 503, body: { error, code: 'KAIROS_STORAGE' } });
    expect(errors).toMatchObject([{ name: 'StorageError', cause: expect.anything() }]);
  });

  it('is answered with 503 and the inserts that were not stored, ready to be posted again', async () => {
    const inserts = [
      { name: 'home', value: [2, 3], timestamp: 60 },
      { name: 'about', value: [1], timestamp: 120 },
      { name: 'about', value: [1], timestamp: 60 },
      { name: 'now', value: [1] },
    ];
    const answer = await api.post('/api/hits/inserts', inserts);
    expect(answer).toMatchObject({
      status: 503,
      body: {
        error: 'Of 4 inserts, 4 were not stored',
        code: 'KAIROS_BULK_INSERT',
        failed: inserts,
        unknown: [],
      },
    });
  });

  it('still tells what needs no store, and what is wrong', async () => {
    expect(await api.get('/api/hits')).toMatchObject({ status: 200 });
    expect(await api.get('/api/hits/series?name=home&interval=hour')).toMatchObject({ status: 400 });
  });
});
