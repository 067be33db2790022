export { type SqlTypes, sql } from './backend.js';
export {
  type CreateRequest,
  createPartitionStatements,
  createStatements,
  type PartitionRequest,
} from './create-statements.js';
export type { SqlFetch, SqlRow, SqlTable, SqlTables } from './fetch.js';
export type { SqlOptions } from './options.js';
export type { ValuesByType, ValueTypeName } from './values/value-type.js';
