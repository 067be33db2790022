export { type CassandraTypes, cassandra } from './backend.js';
export type { CassandraFetch } from './fetch.js';
export type { CassandraOptions, Consistency, Replication } from './options.js';
export type { ValuesByType, ValueTypeName } from './values/value-type.js';
