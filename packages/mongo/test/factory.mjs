/** The stores of the conformance suite, for the processes that tests start. */
import { mongo } from '@kairos/mongo';

const store = (options) => ({
  backend: mongo,
  source: () => process.env.MONGO_URL,
  options: (namespace) => ({ database: namespace, ...options }),
});

export const server = store({});
export const transactions = store({ atomicEvents: true, expiry: 'manual' });
