import { isBytes } from '@kairos/core';

/** Copies bytes into a `Uint8Array`. Drivers return a `Buffer`, often a slice of a larger one. */
export function plainBytes(value: unknown): unknown {
  return isBytes(value) ? new Uint8Array(value) : value;
}
