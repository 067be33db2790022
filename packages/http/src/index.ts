export type { AnyTimeseries, Context } from './context.js';
