import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lmdb } from '@kairos-examples/adapter-lmdb';

/** The store of the conformance suite, for the processes that the tests start. */
export const file = {
  backend: lmdb,
  // A jest test has an environment of its own, so the file is named after the process that started this one.
  source: () => `lmdb:${join(tmpdir(), `kairos-lmdb-${process.ppid}`, 'suite.mdb')}`,
  options: (namespace) => ({ namespace }),
};
