import { describeValue } from './values/value.js';

/**
 * The published packages and the clients of their drivers, for errors that say what to do. Nothing here opens anything.
 */
interface KnownPackage {
  readonly name: string;
  readonly schemes: readonly string[];
  /** The sources it accepts besides a URL string. */
  readonly takes: string;
  /** The methods of each kind of handle that it accepts. */
  readonly handles: readonly Methods[];
  /** Other objects of these drivers that people pass by mistake. */
  readonly others: readonly { readonly is: string; readonly methods: Methods; readonly instead: string }[];
  /** Class names unique to this driver, for handles that methods do not identify. */
  readonly classes: readonly string[];
}

type Methods = readonly string[];

const packages: readonly KnownPackage[] = [
  {
    name: 'sql',
    schemes: ['sqlite', 'postgres', 'postgresql', 'mysql', 'mariadb'],
    takes: 'a Kysely, a Database of better-sqlite3, or a pool of pg or mysql2',
    handles: [
      ['selectFrom', 'getExecutor'],
      ['prepare', 'pragma', 'exec'],
      ['getConnection', 'query', 'execute'],
      ['newClient', 'connect', 'query'],
    ],
    others: [
      {
        is: 'a single connection of pg',
        methods: ['query', 'connect', 'end', 'escapeLiteral'],
        instead: 'a Pool of pg, or a URL string such as "postgres://user@host/database"',
      },
      {
        is: 'a single connection of mysql2',
        methods: ['query', 'execute', 'beginTransaction', 'changeUser'],
        instead: 'a pool of mysql2 (createPool), or a URL string such as "mysql://user@host/database"',
      },
      {
        is: 'a cluster of pools of mysql2',
        methods: ['of', 'add', 'remove', 'getConnection', 'end'],
        instead: 'one pool of mysql2 (createPool), or a URL string such as "mysql://user@host/database"',
      },
    ],
    classes: ['Kysely', 'BoundPool', 'PromisePool'],
  },
  {
    name: 'redis',
    schemes: ['redis', 'rediss'],
    takes: 'a Redis or Cluster of ioredis',
    handles: [['sendCommand', 'defineCommand', 'pipeline']],
    others: [
      {
        is: 'a client of Redis other than that of ioredis',
        methods: ['sendCommand', 'duplicate', 'connect'],
        instead: 'a Redis or Cluster of ioredis, or a URL string such as "redis://host"',
      },
    ],
    classes: ['Redis', 'Cluster'],
  },
  {
    name: 'mongo',
    schemes: ['mongodb', 'mongodb+srv'],
    takes: 'a MongoClient or a Db of mongodb',
    handles: [
      ['db', 'startSession', 'connect'],
      ['collection', 'command', 'aggregate'],
    ],
    others: [
      {
        is: 'a collection of mongodb',
        methods: ['insertOne', 'updateOne', 'aggregate'],
        instead: 'a MongoClient or a Db, or a URL string such as "mongodb://host"',
      },
    ],
    classes: ['MongoClient'],
  },
  {
    name: 'cassandra',
    schemes: ['cassandra', 'cql'],
    takes: 'a Client of cassandra-driver',
    handles: [['execute', 'batch', 'getReplicas', 'shutdown']],
    others: [],
    classes: [],
  },
];

/** What to do about a scheme that no registered backend accepts. */
export function adviceForScheme(scheme: string): string {
  const found = packages.find(({ schemes }) => schemes.includes(scheme));
  return found === undefined
    ? `expected one that a registered backend takes; ${published()}`
    : install(found);
}

/** What to do about a handle that no registered backend accepts. */
export function adviceForHandle(handle: object, registered: readonly string[]): string {
  if (isUrl(handle)) return 'a URL is given as a string: expected url.href in place of url';
  for (const known of packages) {
    if (
      known.handles.some((methods) => has(handle, methods)) ||
      known.classes.includes(describeValue(handle))
    ) {
      return registered.includes(known.name) ? `expected ${known.takes}, or a URL string` : install(known);
    }
  }
  for (const known of packages) {
    const other = known.others.find(({ methods }) => has(handle, methods));
    if (other === undefined) continue;
    const wanted = `it is ${other.is}; expected ${other.instead}`;
    return registered.includes(known.name) ? wanted : `${wanted}; ${install(known)}`;
  }
  const taken = packages.filter(({ name }) => registered.includes(name)).map(({ takes }) => takes);
  return taken.length === 0
    ? `expected one that a registered backend takes; ${published()}`
    : `expected a URL string, or ${taken.join('; ')}`;
}

function install({ name }: KnownPackage): string {
  return `install @kairos/${name} and register it: import { ${name} } from '@kairos/${name}'; new Kairos([${name}])`;
}

function published(): string {
  return `the published ones are ${packages.map(({ name }) => `@kairos/${name}`).join(', ')}`;
}

function has(handle: object, methods: Methods): boolean {
  return methods.every((method) => typeof Reflect.get(handle, method) === 'function');
}

/** A `URL` of any realm. */
function isUrl(handle: object): boolean {
  return ['href', 'protocol', 'pathname'].every((part) => typeof Reflect.get(handle, part) === 'string');
}
