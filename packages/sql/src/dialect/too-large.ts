import { isError } from '@kairos/core';

/** Vitess' messages for a result with more rows or bytes than it returns at once. */
const TOO_LARGE = /[Rr]ow count exceeded \d+|received message larger than max/;

/** Whether Vitess refuses a result only because of its size. It would stream such a result. */
export function isTooLarge(error: unknown): boolean {
  return isError(error) && 'sqlState' in error && TOO_LARGE.test(error.message);
}
