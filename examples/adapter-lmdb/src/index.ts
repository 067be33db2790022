export { type LmdbOptions, type LmdbTypes, lmdb } from './backend.js';
export type { LmdbFetch } from './fetch.js';
export type { Db } from './keys.js';
export { type Key, type KeyRange, placeOf } from './layout.js';
