export * from './adapter.js';
export { addBuckets, type BucketEntry, readBuckets } from './copy/buckets.js';
export { checkCopy } from './copy/check-copy.js';
export { copyTimeseries } from './copy/copy-timeseries.js';
export type {
  CopiedInterval,
  CopyOptions,
  CopyPlanOptions,
  CopyProgress,
  CopyResult,
} from './copy/options.js';
export { type CopyTotals, type VerifiedInterval, verifyCopy } from './copy/verify-copy.js';
export * from './errors.js';
export { byName } from './for-adapters/by-name.js';
export { elapsed } from './for-adapters/elapsed.js';
export { type FetchedBuckets, fetchedRows } from './for-adapters/fetched-buckets.js';
export { forEachAtOnce } from './for-adapters/for-each-at-once.js';
export { overflows } from './for-adapters/overflow.js';
export { RecentEntries } from './for-adapters/recent-entries.js';
export { settlesWithin } from './for-adapters/settles-within.js';
export { textAfter } from './for-adapters/text-after.js';
export { widen } from './for-adapters/widen.js';
export { WriteOutcomes } from './for-adapters/write-outcomes.js';
export { Kairos, type Opened, type TimeseriesOptions } from './kairos.js';
export {
  booleanOption,
  type CustomFunction,
  choiceOption,
  optionError,
  textOption,
  wholeNumberOption,
} from './option.js';
export type { Bounds } from './read/bounds.js';
export { type Coverage, coverageOf } from './read/coverage.js';
export type { ReadOptions, ReduceFunction, TransformFunction } from './read/options.js';
export type { RangeOptions } from './read/range.js';
export { type Statistic, Summary } from './read/summary.js';
export {
  isNothingRecorded,
  nothingRecorded,
  reconcile as reconcileRecord,
  uniteRecords,
} from './schema/record.js';
export { type IntervalOptions, type IntervalsOptions, intervalOf, type Schema } from './schema/schema.js';
export { messageOf } from './store/call-store.js';
export type { StoreCall, StoreOperation } from './store/diagnostics.js';
export { bucketsBetween, countBuckets, expiryOf, type Interval } from './time/interval.js';
export { parseTimestamp } from './time/parse-timestamp.js';
export { type CalendarUnit, calendarUnits, type Timescale, type TimeUnit } from './time/timescale.js';
export type { Duration, MonthsOfPython, UnitOption } from './time/unit.js';
export { type Windows, windowsOf } from './time/windows.js';
export type { AnyTimeseries, BulkInsertOptions, InsertOptions, Timeseries } from './timeseries.js';
export type { NoBackend, TimeseriesTypes } from './timeseries-types.js';
export type { DataOf, DataType, StoredData, TimeseriesType, TransformName } from './types/data-type.js';
export type { PercentileName } from './types/percentile-name.js';
export type { BulkInserts, NamedValues, StoredValue, Timestamp, Value, Values } from './values/insertable.js';
export { isBytes, isDate, isError, isMap, isSet } from './values/kinds.js';
export {
  bytesOf,
  invalidValue,
  longOf,
  storeBoolean,
  storeBytes,
  storeDecimal,
  storeFloat,
  storeInt,
  storeLong,
  storeText,
  type TypedValues,
} from './values/typed-values.js';
export { describeValue, storeAmount, storeScalar } from './values/value.js';
export type { InsertResult } from './write/inserter.js';
