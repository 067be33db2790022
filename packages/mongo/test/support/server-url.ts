/** The address of the tests' server. `scripts/with-services.mjs` starts it and sets the variable. */
export function serverUrl(): string {
  const { MONGO_URL } = process.env;
  if (MONGO_URL === undefined || MONGO_URL === '') {
    throw new Error('MONGO_URL names no server: run the tests with "pnpm test", or set TEST_MONGO=false');
  }
  return MONGO_URL;
}

/** The address of the server with logins, with the name and password of a user with all rights. */
export function usersUrl(): URL {
  const { MONGO_USERS_URL } = process.env;
  if (MONGO_USERS_URL === undefined || MONGO_USERS_URL === '') {
    throw new Error(
      'MONGO_USERS_URL names no server: run the tests with "pnpm test", or set TEST_MONGO=false',
    );
  }
  return new URL(MONGO_USERS_URL);
}

/** Tests that need a server. Only TEST_MONGO=false skips them; without a server they fail. */
export const describeWithServer = process.env.TEST_MONGO === 'false' ? describe.skip : describe;

const onFerretDB = process.env.MONGO_URL !== undefined && process.env.MONGO_URL === process.env.FERRETDB_URL;

/** For features that FerretDB lacks or reports differently: transactions, and the index of a query. */
export const itUnlessFerretDB = onFerretDB ? it.skip : it;
