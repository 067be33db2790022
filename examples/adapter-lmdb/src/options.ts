import { ConfigurationError, describe } from '@kairos/core';

/** The options of a timeseries in LMDB. */
export interface LmdbOptions {
  /** Data of another namespace is never seen; `"kairos"` where it is left out. */
  readonly namespace?: string;
}

export const optionNames = ['namespace'] as const satisfies readonly (keyof LmdbOptions)[];

/** The namespace that applies. */
export function checkOptions({ namespace = 'kairos' }: { readonly namespace?: unknown }): string {
  if (typeof namespace === 'string' && namespace.isWellFormed()) return namespace;
  throw new ConfigurationError(`Option "namespace" is ${describe(namespace)}; expected well-formed text`);
}
