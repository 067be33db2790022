import { type MemoryTypes, memory } from '../../adapter-tests/src/memory/memory-backend.js';
import { MemoryStore } from '../../adapter-tests/src/memory/memory-store.js';
import { type Backend, CONTRACT_VERSION } from '../src/adapter.js';
import { ConfigurationError, StorageError, UnknownBackendError } from '../src/errors.js';
import { Kairos } from '../src/kairos.js';

const intervals = { minute: { step: 60 } } as const;
const options = { type: 'count', intervals } as const;

describe('A registry', () => {
  it('finds the backend by URL scheme or by handle', async () => {
    const kairos = new Kairos([memory]);
    await expect(kairos.timeseries('MEMORY:', options)).resolves.toBeDefined();
    await expect(kairos.timeseries(new MemoryStore(), options)).resolves.toBeDefined();
  });

  it('takes a backend later, and shares none with another registry', async () => {
    const kairos = new Kairos();
    await expect(kairos.timeseries('memory:', options)).rejects.toThrow(UnknownBackendError);
    await expect(kairos.register(memory).timeseries('memory:', options)).resolves.toBeDefined();
    await expect(new Kairos().timeseries('memory:', options)).rejects.toThrow(UnknownBackendError);
  });

  it.each([
    ['redis://localhost', '@kairos/redis'],
    ['rediss://localhost', '@kairos/redis'],
    ['mongodb://localhost', '@kairos/mongo'],
    ['mongodb+srv://localhost', '@kairos/mongo'],
    ['sqlite::memory:', '@kairos/sql'],
    ['postgres://localhost', '@kairos/sql'],
    ['postgresql://localhost', '@kairos/sql'],
    ['mysql://localhost', '@kairos/sql'],
    ['mariadb://localhost', '@kairos/sql'],
    ['cassandra://localhost', '@kairos/cassandra'],
    ['cql://localhost', '@kairos/cassandra'],
    ['leveldb:x', '@kairos/redis, @kairos/mongo'],
  ])('names the package to install for %s', async (url, name) => {
    const opening = new Kairos([memory]).timeseries(url, options);
    await expect(opening).rejects.toThrow(UnknownBackendError);
    await expect(opening).rejects.toThrow(name);
  });

  it('names the package to install for a handle that looks like one of its clients', async () => {
    class MongoClient {}
    const opening = new Kairos([memory]).timeseries(new MongoClient(), options);
    await expect(opening).rejects.toThrow('@kairos/mongo');
  });

  it('names it also for a handle whose class is called otherwise, by what it can do', async () => {
    const handle = { sendCommand: () => {}, defineCommand: () => {}, pipeline: () => {} };
    await expect(new Kairos([memory]).timeseries(handle, options)).rejects.toThrow('@kairos/redis');
  });

  it.each([['no scheme'], [42], [null], [undefined]])('refuses %p as a source', async (source) => {
    const kairos = new Kairos([memory]);
    await expect(Reflect.apply(kairos.timeseries, kairos, [source, options])).rejects.toThrow(
      ConfigurationError,
    );
  });

  it('refuses a backend of another contract version, and names both versions', () => {
    const old: Backend = { ...memory, name: 'old', contract: CONTRACT_VERSION + 1 };
    expect(() => new Kairos([old])).toThrow(ConfigurationError);
    expect(() => new Kairos([old])).toThrow(`version ${CONTRACT_VERSION + 1} of the adapter contract`);
    expect(() => new Kairos([old])).toThrow(`has version ${CONTRACT_VERSION}`);
  });

  it('closes what it opened where the record refuses the intervals', async () => {
    const close = jest.fn(async () => {});
    const watched: Backend<MemoryTypes> = {
      ...memory,
      open: async (request) => Object.assign(await memory.open(request), { close }),
    };
    const store = new MemoryStore();
    const kairos = new Kairos([watched]);
    await kairos.timeseries(store, options);
    const opening = kairos.timeseries(store, { type: 'count', intervals: { minute: { step: 30 } } });
    await expect(opening).rejects.toThrow(ConfigurationError);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('wraps the error of a driver in a StorageError', async () => {
    const cause = new Error('ECONNREFUSED');
    const broken: Backend<MemoryTypes> = { ...memory, open: () => Promise.reject(cause) };
    await expect(new Kairos([broken]).timeseries('memory:', options)).rejects.toMatchObject({
      code: new StorageError('').code,
      cause,
    });
  });
});

describe('Options of a timeseries', () => {
  it.each([
    ['type', { type: 'counter' }],
    ['intervals', { intervals: {} }],
    ['intervals', { intervals: { '': { step: 60 } } }],
    ['intervals.a.step', { intervals: { a: {} } }],
    ['intervals.a.step', { intervals: { a: { step: 'hourly' } } }],
    ['intervals.a.steps', { intervals: { a: { step: 60, steps: 0 } } }],
    ['intervals.a.stride', { intervals: { a: { step: 60, stride: 1 } } }],
    ['intervals.a.resolution', { intervals: { a: { step: 60, resolution: 61 } } }],
    ['intervals.a.resolution', { intervals: { a: { step: 'daily', resolution: 'weekly' } } }],
    ['intervals.a.resolution', { intervals: { a: { step: '30d', resolution: 'monthly' } } }],
    ['timezone', { timezone: 'Mars/Olympus' }],
    ['clock', { clock: 5 }],
    ['readFunc', { readFunc: 'Number' }],
    ['writeFunc', { writeFunc: {} }],
    ['clientConfig', { clientConfig: 1 }],
    ['prefix', { prefix: 'a' }],
  ])('are refused before anything is opened, with the name %p, where they are %p', async (name, bad) => {
    const opened = jest.fn();
    const watched: Backend<MemoryTypes> = {
      ...memory,
      open: (request) => {
        opened();
        return memory.open(request);
      },
    };
    const kairos = new Kairos([watched]);
    const opening = Reflect.apply(kairos.timeseries, kairos, ['memory:', { ...options, ...bad }]);
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(`"${name}"`);
    expect(opened).not.toHaveBeenCalled();
  });

  it('refuses NUL in the name of an interval where the store cannot hold it', async () => {
    const frugal: Backend<MemoryTypes> = {
      ...memory,
      open: async (request) => {
        const adapter = await memory.open(request);
        return Object.assign(adapter, { capabilities: { ...adapter.capabilities, nul: false } });
      },
    };
    const named = { 'a\0': { step: 60 } };
    const opening = new Kairos([frugal]).timeseries('memory:', { type: 'count', intervals: named });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(
      new Kairos([memory]).timeseries('memory:', { type: 'count', intervals: named }),
    ).resolves.toBeDefined();
  });

  it('takes any name for an interval, also one that objects have by themselves', async () => {
    const named = JSON.parse('{ "__proto__": { "step": 60 }, "constructor": { "step": 3600 } }');
    const hits = await new Kairos([memory]).timeseries('memory:', { type: 'count', intervals: named });
    await hits.insert('a', 1, { timestamp: 0 });
    expect(Object.keys(await hits.properties('a'))).toEqual(['__proto__', 'constructor']);
  });
});
