export { type MongoTypes, mongo } from './backend.js';
export type { MongoFetch, SuggestedQuery } from './fetch.js';
export type { BucketDocument } from './layout.js';
export type { MongoOptions } from './options.js';
