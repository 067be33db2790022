import { createHandler } from '../src/index.js';
import { Described } from './support/described.js';
import { type All, closeAll, MINUTE, NOW, openAll } from './support/open.js';

let all: All;
let api: Described;

beforeEach(async () => {
  all = await openAll();
  api = new Described(createHandler(all, { insert: true }));
});

afterEach(() => closeAll(all));

async function minute(timeseries: string, name: string): Promise<unknown> {
  const { body } = await api.get(`/api/${timeseries}/series?name=${name}&interval=minute&steps=1`);
  return Array.isArray(body) ? body[0][1] : body;
}

describe('POST /api/:timeseries/inserts', () => {
  it('is nowhere unless insert is true', async () => {
    const closed = new Described(createHandler(all));
    expect(await closed.post('/api/hits/inserts', { name: 'home' })).toMatchObject({ status: 404 });
    expect(await minute('hits', 'home')).toBe(3);
  });

  it('takes one insert, and tells what it came to', async () => {
    const answer = await api.post('/api/hits/inserts', { name: 'home', value: 4, timestamp: NOW });
    expect(answer).toMatchObject({ status: 200, body: { stored: 3, expired: 0 } });
    expect(await minute('hits', 'home')).toBe(7);
  });

  it('takes several, with one value or an array of them', async () => {
    await api.post('/api/delays/inserts', [
      { name: 'JFK', value: 5 },
      { name: 'LAX', value: [1, 1, 2], timestamp: null },
    ]);
    expect(await minute('delays', 'JFK')).toEqual([
      [5, 3],
      [12, 1],
    ]);
    expect(await minute('delays', 'LAX')).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it('counts 1 where a count is given no value', async () => {
    await api.post('/api/hits/inserts', [{ name: 'home' }, { name: 'home' }]);
    expect(await minute('hits', 'home')).toBe(5);
  });

  it('takes dates, in the timezone of the timeseries', async () => {
    await api.post('/api/hits/inserts', [
      { name: 'paris', value: 1, timestamp: '2023-11-14T23:13:20' },
      { name: 'paris', value: 1, timestamp: '2023-11-14T22:13:20Z' },
    ]);
    expect(await minute('hits', 'paris')).toBe(2);
  });

  it('leaves out what is past its retention', async () => {
    const old = { name: 'old', value: 1, timestamp: NOW - 86_400 };
    expect(await api.post('/api/delays/inserts', old)).toMatchObject({ body: { stored: 0, expired: 1 } });
  });

  it('copies values to the buckets around', async () => {
    await api.post('/api/delays/inserts?intervals=-2', { name: 'copied', value: 1 });
    const path = '/api/delays/series?name=copied&interval=minute&steps=4&transform=count';
    expect((await api.get(path)).body).toEqual([
      [MINUTE - 180, 0],
      [MINUTE - 120, 1],
      [MINUTE - 60, 1],
      [MINUTE, 1],
    ]);
  });

  it('keeps the order of the body, whatever the timestamps', async () => {
    await api.post('/api/sizes/inserts', [
      { name: 'ordered', value: 1, timestamp: NOW },
      { name: 'ordered', value: 2, timestamp: NOW + 1 },
      { name: 'ordered', value: [3, 4], timestamp: NOW },
      { name: 'ordered', value: 5, timestamp: NOW },
      { name: 'ordered', value: 6, timestamp: NOW + 0.25 },
    ]);
    expect(await minute('sizes', 'ordered')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes the values that JSON has no form for as it answers them', async () => {
    await api.post('/api/sizes/inserts', { name: 'big', value: [{ bigint: '4611686018427387904' }, 1] });
    expect(await minute('sizes', 'big')).toEqual([{ bigint: '4611686018427387904' }, 1]);
    await api.post('/api/dates/inserts', { name: 'day', value: { date: '2024-03-01T12:00:00.000Z' } });
    expect(await minute('dates', 'day')).toEqual([{ date: '2024-03-01T12:00:00.000Z' }]);
    await api.post('/api/blobs/inserts', { name: 'dot', value: { bytes: 'AAE=' } });
    expect(await minute('blobs', 'dot')).toEqual([{ bytes: 'AAE=' }]);
  });

  it.each([
    [
      [
        { name: 'a', value: 1 },
        { name: '', value: 1 },
      ],
      'The name is ""; expected a non-empty string',
    ],
    [
      { name: 'a', value: 1, timestamp: 1e15 },
      'Option "timestamp" is 1000000000000000; expected Unix seconds from 0001-01-02 to 9999-12-30, or a Date',
    ],
    [{ name: 'a', value: null }, 'The value is null; expected a finite number, as the valueType is "float"'],
    [
      { name: 'a', value: { deep: [] } },
      'The value is Object; expected a finite number, as the valueType is "float"',
    ],
    [
      [{ name: 'a', value: 1 }, 5],
      'Insert 1 of the body is not an object; expected { "name", "value", "timestamp" }',
    ],
    [{ value: 1 }, 'Insert 0 of the body has no "name"; expected a string'],
    [{ name: 'a' }, 'Insert 0 of the body has no "value"; expected one, or an array'],
    [
      { name: 'a', value: 1, time: 5 },
      'Insert 0 of the body has the unknown field "time"; expected name, value, timestamp',
    ],
    [
      { name: 'a', value: 1, timestamp: 'noon' },
      'Insert 0 of the body has an invalid "timestamp"; expected Unix seconds or an ISO 8601 date',
    ],
    ['{', 'The body is not JSON'],
    ['', 'The body is empty; expected JSON'],
  ])('stores nothing of a body of which any part is refused: %j', async (body, error) => {
    expect(await api.post('/api/delays/inserts', body)).toMatchObject({ status: 400, body: { error } });
    expect((await api.get('/api/delays/names')).body).toEqual(['JFK']);
  });

  it.each([{ bytes: 'no base64' }, { bytes: 'AAE' }, { bigint: '1.5' }, { bytes: 'AAE=', more: 1 }])(
    'takes no other object for a value: %j',
    async (value) => {
      expect(await api.post('/api/blobs/inserts', { name: 'dot', value })).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^The value is Object; expected /) },
      });
    },
  );

  it('takes nothing but application/json, which a page of another site may not send', async () => {
    const answer = await api.post('/api/hits/inserts', { name: 'home' }, { 'content-type': 'text/plain' });
    expect(answer).toMatchObject({
      status: 415,
      body: { error: 'The body is text/plain; expected application/json' },
    });
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect(await api.post('/api/hits/inserts', { name: 'home' }, charset)).toMatchObject({ status: 200 });
  });

  it('takes 10 MB at most', async () => {
    const answer = await api.post('/api/hits/inserts', `"${' '.repeat(10_000_000)}"`);
    expect(answer).toMatchObject({ status: 413 });
  });

  it('takes many inserts of one name in little time', async () => {
    const many = Array.from({ length: 200_000 }, () => ({ name: 'many' }));
    const answer = await api.post('/api/hits/inserts', many);
    expect(answer).toMatchObject({ status: 200, body: { stored: 3, expired: 0 } });
    expect(await minute('hits', 'many')).toBe(200_000);
  }, 10_000);

  it('takes POST alone', async () => {
    const answer = await api.get('/api/hits/inserts');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});
