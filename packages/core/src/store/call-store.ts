import { type Fate, KairosError, StorageError } from '../errors.js';
import { isError } from '../values/kinds.js';

/** Calls the store, and turns a driver's error into a `StorageError` with that error as its cause. */
export async function callStore<R>(doing: string, work: () => Promise<R>, fate?: Fate): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KairosError) throw error;
    throw new StorageError(`The ${doing} failed: ${messageOf(error)}`, { cause: error, fate });
  }
}

/** The message of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
