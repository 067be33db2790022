import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@kairos/sql';

/** The store of the conformance suite, for the processes that the tests start. */
export const file = {
  backend: sql,
  // The environment of a jest test is its own, so that the file is known by the process that started this one.
  source: () => `sqlite:${join(tmpdir(), `kairos-suite-${process.ppid}`, 'suite.db')}`,
  options: (namespace) => ({ tableName: namespace }),
  values: { text: { valueType: 'text' } },
};
