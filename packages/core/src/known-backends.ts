import { describeValue } from './types/value.js';

/** The published packages, for the error that tells what to install. Nothing here opens anything. */
const packages: readonly {
  readonly name: string;
  readonly schemes: readonly string[];
  /** What their clients are called. */
  readonly clients: readonly string[];
  /** What their clients can do, where they do not tell what they are called. */
  readonly methods?: readonly string[];
}[] = [
  {
    name: 'redis',
    schemes: ['redis', 'rediss'],
    clients: ['Redis', 'Cluster'],
    methods: ['sendCommand', 'defineCommand', 'pipeline'],
  },
  { name: 'mongo', schemes: ['mongodb', 'mongodb+srv'], clients: ['MongoClient', 'Db'] },
  {
    name: 'sql',
    schemes: ['sqlite', 'postgres', 'postgresql', 'mysql', 'mariadb'],
    clients: ['Kysely', 'Database', 'Pool', 'BoundPool', 'PromisePool'],
  },
  { name: 'cassandra', schemes: ['cassandra', 'cql'], clients: ['Client'] },
];

/** What to do about a scheme or a handle that nothing registered takes. */
export function adviceFor(source: { readonly scheme: string } | { readonly handle: object }): string {
  const found =
    'scheme' in source
      ? packages.find(({ schemes }) => schemes.includes(source.scheme))
      : packages.find(
          ({ clients, methods }) =>
            clients.includes(describeValue(source.handle)) ||
            methods?.every((method) => can(source.handle, method)),
        );
  if (found === undefined) {
    const all = packages.map(({ name }) => `@kairos/${name}`).join(', ');
    return `expected one that a registered backend takes; the published ones are ${all}`;
  }
  return `install @kairos/${found.name} and register it: import { ${found.name} } from '@kairos/${found.name}'; new Kairos([${found.name}])`;
}

const can = (handle: object, method: string) => typeof Reflect.get(handle, method) === 'function';
