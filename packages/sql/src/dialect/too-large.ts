import { isError } from '@kairos/core';

/** What Vitess says of a result with more rows, or more bytes, than it returns at once. */
const TOO_LARGE = /[Rr]ow count exceeded \d+|received message larger than max/;

/** Whether Vitess refuses a result only for its size, and would stream it. */
export function isTooLarge(error: unknown): boolean {
  return isError(error) && 'sqlState' in error && TOO_LARGE.test(error.message);
}
