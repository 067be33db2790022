import { ConfigurationError, Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { createHandler, type Handler, type HandlerOptions } from '../src/index.js';
import { type All, closeAll, openAll } from './support/open.js';

let all: All;

beforeAll(async () => {
  all = await openAll();
});

afterAll(() => closeAll(all));

const at = (path: string, init: RequestInit = {}) => new Request(`http://localhost${path}`, init);

describe('The timeseries of a handler', () => {
  it('are of any type, with any functions, without a cast', async () => {
    const words = await new Kairos([sql]).timeseries('sqlite::memory:', {
      type: 'histogram',
      valueType: 'string',
      intervals: { hour: { step: '1h' } },
      readFunc: (text) => ({ word: text }),
      writeFunc: ({ word }: { word: string }) => word,
    });
    await words.insert('page', { word: 'hello' });
    const response = await createHandler({ words, ...all })(
      at('/api/words/series?name=page&interval=hour&steps=1'),
    );
    expect(await response.json()).toEqual([[expect.any(Number), [[{ word: 'hello' }, 1]]]]);
    await words.close();
  });

  it('may have any name that a path can hold', async () => {
    const names = ['a/b', 'ü 😀', '%2F', 'a.b', '__proto__x'];
    const handler = createHandler(Object.fromEntries(names.map((name) => [name, all.hits])));
    for (const name of names) {
      expect((await handler(at(`/api/${encodeURIComponent(name)}`))).status).toBe(200);
    }
  });

  it.each(['', 'timeseries', 'openapi.json', 'status', '.', '..', '\ud800'])(
    'may not be called %j, which no path leads to',
    (name) => {
      expect(() => createHandler({ [name]: all.hits })).toThrow(ConfigurationError);
    },
  );

  it.each([null, undefined, 'hits'])('are given in an object, not in %j', (given) => {
    expect(() => Reflect.apply(createHandler, undefined, [given])).toThrow(ConfigurationError);
    expect(() => Reflect.apply(createHandler, undefined, [{}, given ?? null])).toThrow(ConfigurationError);
  });

  it('are open timeseries', () => {
    const opening = [Promise.resolve(all.hits), undefined, 'hits'];
    for (const hits of opening) {
      const given: Parameters<typeof createHandler>[0] = JSON.parse('{}');
      expect(() => createHandler(Object.assign(given, { hits }))).toThrow(/"timeseries.hits" is /);
    }
  });
});

describe('The options of a handler', () => {
  it.each<[object, RegExp]>([
    [{ maxBuckets: 0 }, /"maxBuckets" is 0/],
    [{ insert: 'yes' }, /"insert" is "yes"/],
    [{ authorise: () => true }, /"authorise" is unknown/],
    [{ authorize: 'token' }, /"authorize" is "token"; expected a function/],
    [{ onError: 1 }, /"onError" is 1; expected a function/],
    [{ basePath: 'kairos' }, /"basePath" is "kairos"/],
    [{ basePath: '//host' }, /"basePath" is "\/\/host"/],
    [{ basePath: '/a?b' }, /"basePath"/],
  ])('are checked: %j', (options, message) => {
    const given: HandlerOptions = Object.assign({}, options);
    expect(() => createHandler(all, given)).toThrow(message);
    expect(() => createHandler(all, given)).toThrow(ConfigurationError);
  });
});

describe('authorize', () => {
  const token = 'Bearer secret';
  let handler: Handler;
  beforeAll(() => {
    handler = createHandler(all, {
      insert: true,
      authorize: async ({ headers }) => headers.get('authorization') === token,
    });
  });

  it('lets in whom it says', async () => {
    const response = await handler(at('/api/timeseries', { headers: { authorization: token } }));
    expect(response.status).toBe(200);
  });

  it('asks for a token where it says no', async () => {
    const response = await handler(at('/api/timeseries'));
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({ error: 'The request is not authorized' });
  });

  it('is asked before anything else', async () => {
    for (const path of [
      '/api/timeseries',
      '/api/none',
      '/nothing',
      '/api/openapi.json',
      '/render?target=hits.home',
    ]) {
      expect((await handler(at(path))).status).toBe(401);
    }
    const posted = at('/api/hits/inserts', { method: 'POST', body: '{"name":"intruder"}' });
    expect((await handler(posted)).status).toBe(401);
    expect(await all.hits.list({ prefix: 'intruder' })).toEqual([]);
  });

  it('keeps nobody from the files of the page, which asks for the token', async () => {
    const response = await handler(at('/'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await handler(at('/', { method: 'POST' }))).status).toBe(401);
  });

  it('may answer by itself', async () => {
    const asking = createHandler(all, {
      authorize: () => new Response('Who?', { status: 401, headers: { 'www-authenticate': 'Basic' } }),
    });
    const response = await asking(at('/api/timeseries'));
    expect(response.headers.get('www-authenticate')).toBe('Basic');
    expect(await response.text()).toBe('Who?');
  });

  it('lets nobody in where it throws', async () => {
    const failing = createHandler(all, {
      authorize: () => {
        throw new Error('no session');
      },
    });
    await expect(failing(at('/api/timeseries'))).rejects.toThrow('no session');
  });
});

describe('basePath', () => {
  let handler: Handler;
  beforeAll(() => {
    handler = createHandler(all, { basePath: '/data/kairos/' });
  });

  it('is what the paths are below', async () => {
    expect((await handler(at('/data/kairos/api/timeseries'))).status).toBe(200);
    for (const path of ['/api/timeseries', '/data/kairosapi/timeseries', '/data/api/timeseries']) {
      expect((await handler(at(path))).status).toBe(404);
    }
  });

  it('gets its slash, which relative URLs need', async () => {
    const response = await handler(at('/data/kairos?board=1'));
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('/data/kairos/?board=1');
  });

  it('may be written with any characters', async () => {
    const umlaut = createHandler(all, { basePath: '/zähler' });
    expect((await umlaut(at('/zähler/api/timeseries'))).status).toBe(200);
  });
});

describe('What a function of the user throws', () => {
  it('is what the handler rejects with', async () => {
    const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
      type: 'gauge',
      intervals: { hour: { step: '1h' } },
      readFunc: (value) => {
        throw new TypeError(`no ${value}`);
      },
    });
    await hits.insert('home', 5);
    const reading = createHandler({ hits })(at('/api/hits/series?name=home&interval=hour&steps=1'));
    await expect(reading).rejects.toThrow('no 5');
    await hits.close();
  });
});
