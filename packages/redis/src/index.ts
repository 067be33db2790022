export { type RedisTypes, redis } from './backend.js';
export type { RedisFetch } from './fetch.js';
export type { RedisInsertOptions, RedisOptions } from './options.js';
