/**
 * Reads the driver's errors. A handle may come from another copy of the driver, so errors are recognized by their
 * properties, not their class.
 */

export interface DriverError {
  readonly name: string;
  /** The server's error code. */
  readonly code?: unknown;
  hasErrorLabel(label: string): boolean;
}

export function isDriverError(error: unknown): error is DriverError {
  return (
    typeof error === 'object' &&
    error !== null &&
    nameOf(error).startsWith('Mongo') &&
    typeof Reflect.get(error, 'hasErrorLabel') === 'function'
  );
}

/** The code with which the server refused a command; `undefined` for any other error. */
export function serverCode(error: unknown): number | undefined {
  if (!isDriverError(error) || typeof error.code !== 'number') return undefined;
  return /^Mongo(Server|BulkWrite|WriteConcern)Error$/.test(error.name) ? error.code : undefined;
}

/** One update of a bulk write that the server refused. */
export interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg?: string | undefined;
}

/** The server's code for a conflict with another writer. */
const WRITE_CONFLICT = 112;

/**
 * Whether a server did not apply an update because of another writer, so that a retry helps. FerretDB 2 passes on
 * PostgreSQL's message, with the code of any error.
 */
export function isConflict(code: unknown, message: string): boolean {
  return code === WRITE_CONFLICT || /\bdeadlock detected\b/i.test(message);
}

/** The error of a bulk write. */
export interface BulkWriteError extends DriverError {
  readonly result: { getWriteErrors(): readonly WriteError[]; getWriteConcernError(): unknown };
  readonly errorResponse?: unknown;
}

export function isBulkWriteError(error: unknown): error is BulkWriteError {
  return isDriverError(error) && error.name === 'MongoBulkWriteError' && 'result' in error;
}

/** Errors of building a command, which was then never sent. */
export function isBuildError(error: unknown): boolean {
  const name = nameOf(error);
  return name.startsWith('BSON') || ['MongoInvalidArgumentError', 'TypeError', 'RangeError'].includes(name);
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, 'name')) : '';
}
