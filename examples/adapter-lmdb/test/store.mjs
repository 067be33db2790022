import { lmdb } from '@kairos-examples/adapter-lmdb';

/** The store for the processes that the conformance suite starts. */
export const file = {
  backend: lmdb,
  source: () => process.env.KAIROS_LMDB,
  options: (namespace) => ({ namespace }),
};
