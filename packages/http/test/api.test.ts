import { createHandler } from '../src/index.js';
import { Described } from './support/described.js';
import { type All, closeAll, MINUTE, NOW, openAll } from './support/open.js';

let all: All;
let api: Described;

beforeAll(async () => {
  all = await openAll();
  api = new Described(createHandler(all));
});

afterAll(() => closeAll(all));

async function body(path: string): Promise<unknown> {
  const answer = await api.get(path);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

describe('GET /api/timeseries', () => {
  it('names what is served', async () => {
    expect(await body('/api/timeseries')).toEqual(Object.keys(all));
  });
});

describe('GET /api/:timeseries', () => {
  it('tells the type, the timezone and the intervals', async () => {
    expect(await body('/api/hits')).toEqual({
      type: 'count',
      timezone: 'Europe/Paris',
      intervals: {
        minute: { step: 60, steps: 240 },
        day: { step: 'daily', resolution: 3600 },
        second: { step: 1 },
      },
    });
  });
});

describe('GET /api/:timeseries/names', () => {
  it('lists the names, sorted', async () => {
    expect(await body('/api/hits/names')).toEqual(['about', 'home']);
  });

  it('takes a prefix', async () => {
    expect(await body('/api/hits/names?prefix=ho')).toEqual(['home']);
    expect(await body('/api/hits/names?prefix=x')).toEqual([]);
  });
});

describe('GET /api/:timeseries/properties', () => {
  it('tells the first and the last bucket of each interval', async () => {
    expect(await body('/api/hits/properties?name=home')).toEqual({
      minute: { first: MINUTE - 60, last: MINUTE },
      day: { first: 1_699_916_400, last: 1_699_916_400 },
      second: { first: NOW - 60, last: NOW },
    });
    expect(await body('/api/hits/properties?name=nobody')).toEqual({});
  });
});

describe('GET /api/:timeseries/series', () => {
  it('answers pairs of a timestamp and its data', async () => {
    expect(await body('/api/hits/series?name=home&interval=minute&steps=3')).toEqual([
      [MINUTE - 120, 0],
      [MINUTE - 60, 2],
      [MINUTE, 3],
    ]);
  });

  it('covers what the interval keeps where no range is given', async () => {
    expect(await body('/api/hits/series?name=home&interval=minute')).toHaveLength(240);
  });

  it('joins several names', async () => {
    expect(await body('/api/hits/series?name=home&name=about&interval=minute&steps=1')).toEqual([
      [MINUTE, 8],
    ]);
  });

  it('tells several names apart by name', async () => {
    expect(await body('/api/hits/series?name=home&name=about&interval=minute&steps=2&byName')).toEqual({
      home: [
        [MINUTE - 60, 2],
        [MINUTE, 3],
      ],
      about: [
        [MINUTE - 60, 0],
        [MINUTE, 5],
      ],
    });
  });

  it('answers pairs within pairs for an interval with a resolution, unless it is condensed', async () => {
    const path = '/api/hits/series?name=home&interval=day&steps=1';
    const day = 1_699_916_400; // Midnight in Paris.
    expect(await body(path)).toEqual([[day, [[day + 23 * 3600, 5]]]]);
    expect(await body(`${path}&condense`)).toEqual([[day, 5]]);
    expect(await body(`${path}&condense=false`)).toEqual([[day, [[day + 23 * 3600, 5]]]]);
  });

  it('collapses a range', async () => {
    const path = '/api/hits/series?name=home&interval=minute&steps=10&collapse';
    for (const flag of ['', '=', '=1', '=true']) {
      expect(await body(`${path}${flag}`)).toEqual([[MINUTE - 540, 5]]);
    }
    expect(await body(`${path}=0`)).toHaveLength(10);
  });

  it('takes Unix seconds, and dates in the timezone of the timeseries', async () => {
    const at = (start: string, end: string) =>
      body(`/api/hits/series?name=home&interval=minute&start=${start}&end=${end}`);
    const expected = [
      [MINUTE - 60, 2],
      [MINUTE, 3],
    ];
    expect(await at(`${NOW - 60}`, `${NOW}.5`)).toEqual(expected);
    expect(await at('2023-11-14T23:12', '2023-11-14T23:13:20')).toEqual(expected);
    expect(await at('2023-11-14T22:12Z', '2023-11-15T00:13%2B02:00')).toEqual(expected);
  });

  it('transforms: one name gives its result, several an object of them', async () => {
    const path = '/api/delays/series?name=JFK&interval=minute&steps=1';
    expect(await body(`${path}&transform=max`)).toEqual([[MINUTE, 12]]);
    const both = [[MINUTE, { max: 12, p50: 5 }]];
    expect(await body(`${path}&transform=max,p50`)).toEqual(both);
    expect(await body(`${path}&transform=max&transform=p50`)).toEqual(both);
    expect(await body(`${path}&byName=1&transform=max,p50`)).toEqual({ JFK: both });
    expect(await body(`${path}&transform=rate,count`)).toEqual([
      [
        MINUTE,
        {
          rate: [
            [5, 2 / 60],
            [12, 1 / 60],
          ],
          count: 3,
        },
      ],
    ]);
  });

  it('answers a histogram as pairs, a set and a series as arrays, a gauge as its value', async () => {
    const read = (what: string) => body(`/api/${what}&interval=minute&steps=1`);
    expect(await read('delays/series?name=JFK')).toEqual([
      [
        MINUTE,
        [
          [5, 2],
          [12, 1],
        ],
      ],
    ]);
    expect(await read('seen/series?name=home')).toEqual([[MINUTE, ['ada', 'grace']]]);
    expect(await read('temperature/series?name=kitchen')).toEqual([[MINUTE, 20.5]]);
    expect(await read('temperature/series?name=hall')).toEqual([[MINUTE, null]]);
  });

  it('names the values that JSON has no form for', async () => {
    const read = (what: string) => body(`/api/${what}&interval=minute&steps=1`);
    expect(await read('sizes/series?name=file')).toEqual([
      [MINUTE, [3, { bigint: '4611686018427387904' }, 1]],
    ]);
    expect(await read('dates/series?name=release')).toEqual([
      [MINUTE, [{ date: '2024-03-01T12:00:00.000Z' }]],
    ]);
    expect(await read('blobs/series?name=pixel')).toEqual([[MINUTE, [{ bytes: 'AAE=' }]]]);
  });

  it('takes any name', async () => {
    const names = ['__proto__', 'a&b=c', 'ü/…?#', '"<script>', '😀', 'a b+c', 'x\u0000y'];
    const query = names.map((name) => `name=${encodeURIComponent(name)}`).join('&');
    for (const name of names) await all.delays.insert(name, 1, { timestamp: NOW });
    const answer = await body(`/api/delays/series?${query}&interval=minute&steps=1&byName&transform=count`);
    expect(Object.entries(answer ?? {})).toEqual(names.map((name) => [name, [[MINUTE, 1]]]));
    for (const name of names) await all.delays.delete(name);
  });
});

describe('What is asked wrongly', () => {
  it.each([
    ['/api/hits/series?interval=minute', 'Parameter "name" is missing; expected it in the query'],
    ['/api/hits/series?name=home', 'Parameter "interval" is missing; expected it in the query'],
    [
      '/api/hits/series?name=home&interval=hour',
      'There is no interval "hour"; expected one of "minute", "day", "second"',
    ],
    ['/api/hits/series?name=&interval=minute', 'The name is ""; expected a non-empty string'],
    [
      '/api/hits/series?name=home&interval=minute&step=3',
      'Parameter "step" is unknown; expected name, interval, start, end, steps, condense, collapse, transform, byName',
    ],
    [
      '/api/hits/series?name=home&interval=minute&interval=day',
      'Parameter "interval" is given 2 times; expected it once',
    ],
    [
      '/api/hits/series?name=home&interval=minute&steps=1.5',
      'Parameter "steps" is "1.5"; expected a whole number',
    ],
    [
      '/api/hits/series?name=home&interval=minute&steps=0',
      'Option "steps" is 0; expected a positive whole number',
    ],
    [
      '/api/hits/series?name=home&interval=minute&start=5&end=4',
      'Option "start" is 5, after "end" 4; expected a start before the end',
    ],
    [
      '/api/hits/series?name=home&interval=minute&start=1700000000000',
      'Option "start" is 1700000000000 (milliseconds? divide by 1000); expected Unix seconds from 0001-01-02 to 9999-12-30, or a Date',
    ],
    [
      '/api/hits/series?name=home&interval=minute&start=noon',
      'Parameter "start" is "noon"; expected Unix seconds, or a date of ISO 8601 such as 2024-03-01T12:00',
    ],
    [
      '/api/hits/series?name=home&interval=minute&start=2024-03-01T12:00+01:00',
      'Parameter "start" is "2024-03-01T12:00 01:00" (in a URL, + is written %2B); expected Unix seconds, or a date of ISO 8601 such as 2024-03-01T12:00',
    ],
    [
      '/api/hits/series?name=home&interval=minute&collapse=yes',
      'Parameter "collapse" is "yes"; expected true, false, 1, 0, or nothing',
    ],
    [
      '/api/hits/series?name=home&interval=minute&transform=mean,mean',
      'Option "transform" has two transforms with the same name; expected each once, or an object that names them',
    ],
    ['/api/hits/properties', 'Parameter "name" is missing; expected it in the query'],
    ['/api/hits/names?name=home', 'Parameter "name" is unknown; expected prefix'],
    ['/api/timeseries?name=home', 'Parameter "name" is unknown; expected none'],
  ])('is answered with 400 and says why: %s', async (path, error) => {
    expect(await api.get(path)).toMatchObject({ status: 400, body: { error } });
  });

  it('has the code of the error of the library', async () => {
    expect(await api.get('/api/hits/series?name=home&interval=minute&transform=avg')).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^Option "transform" is "avg"/), code: 'KAIROS_CONFIGURATION' },
    });
  });

  it('is answered with 404 where there is no such timeseries', async () => {
    expect(await api.get('/api/visits/names')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(/^There is no timeseries "visits"; expected one of "hits", /) },
    });
  });

  it('is answered with 404 where there is no such path', async () => {
    for (const path of ['/api', '/api/', '/api/hits/', '/api/hits/values', '/api/hits/names/x', '/nothing']) {
      expect(await api.get(path)).toMatchObject({ status: 404 });
    }
  });

  it('is answered with 400 where the path is not UTF-8', async () => {
    const response = await createHandler(all)(new Request('http://localhost/api/%ff/names'));
    expect(response.status).toBe(400);
  });

  it('is answered with 405 and what is allowed', async () => {
    const answer = await api.post('/api/hits/names', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('How much one answer covers', () => {
  const series = (query: string) => `/api/hits/series?name=home&interval=second&end=${NOW}&${query}`;
  const refused = (covered: number, most: number, interval = 'second') => ({
    status: 400,
    body: {
      error: `The series covers ${covered} buckets of "${interval}"; expected at most ${most}: ask for less time, or for a coarser interval`,
    },
  });

  it('is 100,000 buckets at most', async () => {
    expect(await body(series('steps=100000'))).toHaveLength(100_000);
    expect(await api.get(series('steps=100001'))).toMatchObject(refused(100_001, 100_000));
    expect(await api.get(series('steps=100001&collapse'))).toMatchObject(refused(100_001, 100_000));
  });

  it('is what maxBuckets says', async () => {
    const small = new Described(createHandler(all, { maxBuckets: 10 }));
    expect(await small.get(series('steps=10'))).toMatchObject({ status: 200 });
    expect(await small.get(series('steps=11'))).toMatchObject(refused(11, 10));
  });

  it('counts the buckets of every name that is told apart', async () => {
    const small = new Described(createHandler(all, { maxBuckets: 10 }));
    expect(await small.get(series('steps=5&name=about&name=home&byName'))).toMatchObject({ status: 200 });
    expect(await small.get(series('steps=6&name=about'))).toMatchObject({ status: 200 });
    expect(await small.get(series('steps=6&name=about&byName'))).toMatchObject(refused(12, 10));
  });

  it('counts resolutions, where they are answered', async () => {
    const small = new Described(createHandler(all, { maxBuckets: 24 }));
    const days = '/api/hits/series?name=home&interval=day&steps=';
    expect(await small.get(`${days}1`)).toMatchObject({ status: 200 });
    expect(await small.get(`${days}2`)).toMatchObject(refused(48, 24, 'day'));
    expect(await small.get(`${days}2&condense`)).toMatchObject({ status: 200 });
  });
});

describe('Every answer', () => {
  it('is kept by nobody, and is taken for nothing but JSON', async () => {
    for (const path of ['/api/timeseries', '/api/none/names']) {
      const { headers } = await api.get(path);
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('has no body for HEAD', async () => {
    for (const [path, status] of [
      ['/api/timeseries', 200],
      ['/api/none/names', 404],
    ] as const) {
      expect(await api.get(path, { method: 'HEAD' })).toMatchObject({ status, body: undefined });
    }
  });
});
