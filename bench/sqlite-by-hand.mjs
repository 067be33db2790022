/**
 * Hand-written access to a SQLite file with the driver that Kairos picks here: better-sqlite3, or
 * `node:sqlite` if that fails to load.
 */
export async function openByHand(file) {
  try {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(file);
    return {
      driver: 'better-sqlite3',
      exec: (text) => database.exec(text),
      prepare: (text) => database.prepare(text),
      /** Returns rows as arrays. */
      rows: (text) => {
        const statement = database.prepare(text).raw();
        return (...parameters) => statement.all(...parameters);
      },
      transaction: (work) => database.transaction(work),
      close: () => database.close(),
    };
  } catch {
    return openBuiltIn(file);
  }
}

function openBuiltIn(file) {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(file);
  return {
    driver: `node:sqlite of Node ${process.version}`,
    exec: (text) => database.exec(text),
    prepare: (text) => database.prepare(text),
    rows: (text) => {
      const statement = database.prepare(text);
      statement.setReturnArrays(true);
      return (...parameters) => statement.all(...parameters);
    },
    transaction:
      (work) =>
      (...parameters) => {
        database.exec('begin');
        work(...parameters);
        database.exec('commit');
      },
    close: () => database.close(),
  };
}
