export { type MongoTypes, mongo } from './backend.js';
export type { SuggestedQuery } from './documents/documents.js';
export type { MongoFetch } from './fetch.js';
export type { BucketDocument, WindowDocument } from './layout.js';
export type { MongoOptions } from './options.js';
