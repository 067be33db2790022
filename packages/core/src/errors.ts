import type { BulkInserts, Value } from './values/insertable.js';

/** The stable `code` of each error class. Match on it across processes and across copies of the package. */
export type KairosErrorCode =
  | 'KAIROS_CONFIGURATION'
  | 'KAIROS_UNKNOWN_INTERVAL'
  | 'KAIROS_UNKNOWN_BACKEND'
  | 'KAIROS_UNSUPPORTED_TYPE'
  | 'KAIROS_UNSUPPORTED_OPERATION'
  | 'KAIROS_INVALID_VALUE'
  | 'KAIROS_STORAGE'
  | 'KAIROS_BULK_INSERT';

const brand = Symbol.for('@kairos/core/error');

/**
 * Base of every error that Kairos throws. `instanceof` compares codes, not classes, so it also works for errors from
 * another copy of `@kairos/core` in the same process.
 */
export abstract class KairosError extends Error {
  abstract readonly code: KairosErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Reflect.get(value, brand) !== true) return false;
    if (this === KairosError) return true;
    if (Object.hasOwn(this, 'code')) return Reflect.get(value, 'code') === Reflect.get(this, 'code');
    return Object.prototype.isPrototypeOf.call(this.prototype ?? {}, value);
  }
}

/** An option of a timeseries, or of one call, makes no sense. The message names it and says what was expected. */
export class ConfigurationError extends KairosError {
  static readonly code = 'KAIROS_CONFIGURATION';
  override readonly name = 'ConfigurationError';
  readonly code = ConfigurationError.code;
}

/** A read named an interval that the timeseries does not have. */
export class UnknownIntervalError extends KairosError {
  static readonly code = 'KAIROS_UNKNOWN_INTERVAL';
  override readonly name = 'UnknownIntervalError';
  readonly code = UnknownIntervalError.code;
}

/**
 * No registered backend accepts the URL scheme or the handle. The message names the package to install and register.
 */
export class UnknownBackendError extends KairosError {
  static readonly code = 'KAIROS_UNKNOWN_BACKEND';
  override readonly name = 'UnknownBackendError';
  readonly code = UnknownBackendError.code;
}

/** The store cannot hold this type of timeseries. */
export class UnsupportedTypeError extends KairosError {
  static readonly code = 'KAIROS_UNSUPPORTED_TYPE';
  override readonly name = 'UnsupportedTypeError';
  readonly code = UnsupportedTypeError.code;
}

/** The store does not support the operation, such as `expire` on a store that expires by itself. */
export class UnsupportedOperationError extends KairosError {
  static readonly code = 'KAIROS_UNSUPPORTED_OPERATION';
  override readonly name = 'UnsupportedOperationError';
  readonly code = UnsupportedOperationError.code;
}

/** A name, value or timestamp that cannot be stored unchanged. Nothing was written. */
export class InvalidValueError extends KairosError {
  static readonly code = 'KAIROS_INVALID_VALUE';
  override readonly name = 'InvalidValueError';
  readonly code = InvalidValueError.code;
}

/** `failed`: not stored, safe to insert again. `unknown`: the store did not tell. */
export type Fate = 'failed' | 'unknown';

export interface StorageErrorOptions extends ErrorOptions {
  readonly fate?: Fate | undefined;
}

/** The store failed. `cause` is the driver's own error. */
export class StorageError extends KairosError {
  static readonly code = 'KAIROS_STORAGE';
  override readonly name = 'StorageError';
  readonly code = StorageError.code;
  /** What became of an insert; `undefined` if nothing was to be stored. */
  readonly fate: Fate | undefined;

  constructor(message: string, { fate, ...options }: StorageErrorOptions = {}) {
    super(message, options);
    this.fate = fate;
  }
}

/** The outcome that a `BulkInsertError` reports. */
export interface BulkInsertOutcome<W = Value> {
  /** Inserts of which nothing was stored, in the shape in which you passed them. */
  readonly failed: BulkInserts<W>;
  /** Inserts whose fate the store did not tell, or of which only some intervals were stored. */
  readonly unknown: BulkInserts<W>;
  /** For each insert in `unknown`, the intervals that are known to be stored. */
  readonly applied: ReadonlyMap<number | Date | null, ReadonlyMap<string, readonly string[]>>;
}

/**
 * A bulk insert failed part-way. Everything in neither `failed` nor `unknown` is stored.
 *
 * @example
 * ```ts
 * try {
 *   await hits.bulkInsert(inserts);
 * } catch (error) {
 *   if (error instanceof BulkInsertError) await hits.bulkInsert(error.failed);
 * }
 * ```
 */
export class BulkInsertError<W = Value> extends KairosError implements BulkInsertOutcome<W> {
  static readonly code = 'KAIROS_BULK_INSERT';
  override readonly name = 'BulkInsertError';
  readonly code = BulkInsertError.code;
  readonly failed: BulkInserts<W>;
  readonly unknown: BulkInserts<W>;
  readonly applied: ReadonlyMap<number | Date | null, ReadonlyMap<string, readonly string[]>>;

  constructor(message: string, outcome: BulkInsertOutcome<W>, options?: ErrorOptions) {
    super(message, options);
    this.failed = outcome.failed;
    this.unknown = outcome.unknown;
    this.applied = outcome.applied;
  }
}
