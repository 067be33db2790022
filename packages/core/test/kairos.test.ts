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

  /** An object of a driver, known by its methods: many classes are called `Client` or `Database`. */
  const able = (name: string, ...methods: string[]) => {
    const made = Object.create({ constructor: { name } });
    return Object.assign(made, Object.fromEntries(methods.map((each) => [each, () => {}])));
  };
  /** The memory backend under another name. */
  const called = (name: string): Backend => ({ ...memory, name });

  it.each([
    ['mongo', able('MongoClient')],
    ['mongo', able('Client', 'db', 'startSession', 'connect', 'close')],
    ['mongo', able('Db', 'collection', 'command', 'aggregate')],
    ['redis', able('EventEmitter', 'sendCommand', 'defineCommand', 'pipeline')],
    ['sql', able('BoundPool', 'connect', 'newClient', 'query', 'end')],
    ['sql', able('Pool', 'getConnection', 'query', 'execute')],
    ['sql', able('Database', 'prepare', 'pragma', 'exec')],
    ['cassandra', able('Client', 'connect', 'execute', 'batch', 'getReplicas', 'shutdown')],
  ])('names @kairos/%s for a handle that it would take', async (name, handle) => {
    const opening = new Kairos([memory]).timeseries(handle, options);
    await expect(opening).rejects.toThrow(UnknownBackendError);
    await expect(opening).rejects.toThrow(`install @kairos/${name} and register it`);
  });

  it.each([
    ['a Pool of pg', 'sql', able('Client', 'connect', 'query', 'end', 'escapeLiteral')],
    ['a pool of mysql2', 'sql', able('Connection', 'query', 'execute', 'beginTransaction', 'changeUser')],
    ['one pool of mysql2', 'sql', able('PoolCluster', 'of', 'add', 'remove', 'getConnection', 'end')],
    ['a Redis or Cluster of ioredis', 'redis', able('Client', 'sendCommand', 'duplicate', 'connect')],
    ['a MongoClient or a Db', 'mongo', able('Collection', 'insertOne', 'updateOne', 'aggregate')],
  ])(
    'says that %s or a URL string is wanted, whether @kairos/%s is registered or not',
    async (wanted, name, handle) => {
      const alone = new Kairos([memory]).timeseries(handle, options);
      await expect(alone).rejects.toThrow(UnknownBackendError);
      await expect(alone).rejects.toThrow(wanted);
      await expect(alone).rejects.toThrow(`install @kairos/${name}`);
      const beside = new Kairos([called(name)]).timeseries(handle, options);
      await expect(beside).rejects.toThrow(wanted);
      await expect(beside).rejects.toThrow('or a URL string such as');
      await expect(beside).rejects.not.toThrow('install');
    },
  );

  it('says that a URL is given as a string', async () => {
    const url = new URL('postgres://localhost/db');
    await expect(new Kairos([called('sql')]).timeseries(url, options)).rejects.toThrow(UnknownBackendError);
    await expect(new Kairos([called('sql')]).timeseries(url, options)).rejects.toThrow('as a string');
  });

  it('says of anything else what the registered backends take', async () => {
    const opening = new Kairos([called('sql')]).timeseries({}, options);
    await expect(opening).rejects.toThrow('expected a URL string, or a Kysely');
    await expect(new Kairos([memory]).timeseries({}, options)).rejects.toThrow(
      '@kairos/redis, @kairos/mongo',
    );
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
    ['intervals.a.step', { intervals: { a: { step: 'minutely' } } }],
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
