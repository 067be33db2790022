import { lmdb } from '@kairos-examples/adapter-lmdb';

/** The store of the conformance suite, for the processes that it starts. */
export const file = {
  backend: lmdb,
  source: () => process.env.KAIROS_LMDB,
  options: (namespace) => ({ namespace }),
};
