import { isBytes } from '@kairos/core';

/** Bytes of their own, in the class that users expect: drivers return a `Buffer`, often a part of a larger one. */
export function plainBytes(value: unknown): unknown {
  return isBytes(value) ? new Uint8Array(value) : value;
}
