import { mongo } from '@kairos/mongo';

const url = () => {
  const { MONGO_URL } = process.env;
  if (MONGO_URL === undefined) throw new Error('MONGO_URL names no server');
  return MONGO_URL;
};

/** The store of the conformance suite, for the process of the tests and for those that they start. */
const server = {
  backend: mongo,
  source: url,
  options: (namespace) => ({ database: namespace }),
};

/** The same with an event as a transaction. */
const transactions = {
  ...server,
  options: (namespace) => ({ database: namespace, atomicEvents: true }),
};

/** The same on servers without TTL indexes. */
const manual = {
  ...server,
  options: (namespace) => ({ database: namespace, expiry: 'manual' }),
};

export { manual, server, transactions, url };
