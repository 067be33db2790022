/**
 * A SQLite file by hand, with the driver that Kairos takes for it here: better-sqlite3, or `node:sqlite` where that
 * does not load.
 */
export async function openByHand(file) {
  try {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(file);
    return {
      driver: 'better-sqlite3',
      exec: (text) => database.exec(text),
      prepare: (text) => database.prepare(text),
      /** Rows come as arrays. */
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
