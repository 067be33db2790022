import { sql } from '@kairos/sql';

/** One store of the conformance suite, for the process of the tests and for those that they start. */
const file = {
  backend: sql,
  source: () => {
    const path = process.env.KAIROS_SQLITE_FILE;
    if (path === undefined) throw new Error('KAIROS_SQLITE_FILE names no file');
    return `sqlite:${path}`;
  },
  options: (namespace) => ({ tableName: namespace }),
  values: { text: { valueType: 'text' } },
};

export { file };
