import { describe } from './types/value.js';

/** The published packages, for the error that tells what to install. Nothing here opens anything. */
const packages: readonly {
  readonly name: string;
  readonly schemes: readonly string[];
  readonly clients: readonly string[];
}[] = [
  { name: 'redis', schemes: ['redis', 'rediss'], clients: ['Redis', 'Cluster'] },
  { name: 'mongo', schemes: ['mongodb', 'mongodb+srv'], clients: ['MongoClient', 'Db'] },
  {
    name: 'sql',
    schemes: ['sqlite', 'postgres', 'postgresql', 'mysql', 'mariadb'],
    clients: ['Kysely', 'Database', 'Pool', 'BoundPool', 'PromisePool'],
  },
  { name: 'cassandra', schemes: ['cassandra', 'cql'], clients: ['Client'] },
];

/** What to do about a scheme or a handle that nothing registered takes. */
export function adviceFor(source: { readonly scheme: string } | { readonly handle: unknown }): string {
  const found =
    'scheme' in source
      ? packages.find(({ schemes }) => schemes.includes(source.scheme))
      : packages.find(({ clients }) => clients.includes(describe(source.handle)));
  if (found === undefined) {
    const all = packages.map(({ name }) => `@kairos/${name}`).join(', ');
    return `expected one that a registered backend takes; the published ones are ${all}`;
  }
  return `install @kairos/${found.name} and register it: import { ${found.name} } from '@kairos/${found.name}'; new Kairos([${found.name}])`;
}
