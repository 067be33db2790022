/** Where the server of the tests is; `scripts/with-services.mjs` starts it and sets the variable. */
export function serverUrl(): string {
  const { MONGO_URL } = process.env;
  if (MONGO_URL === undefined || MONGO_URL === '') {
    throw new Error('MONGO_URL names no server: run the tests with "pnpm test", or set TEST_MONGO=false');
  }
  return MONGO_URL;
}

/** Tests that need a server: skipped by TEST_MONGO=false alone, and failing where there is none. */
export const describeWithServer = process.env.TEST_MONGO === 'false' ? describe.skip : describe;

const onFerretDB = process.env.MONGO_URL !== undefined && process.env.MONGO_URL === process.env.FERRETDB_URL;

/** What FerretDB has not, or tells otherwise: transactions, and which index a query goes by. */
export const itUnlessFerretDB = onFerretDB ? it.skip : it;
