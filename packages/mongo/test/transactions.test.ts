import { conform } from './support/conform.js';

// Each option of the backend that changes what it can do, in one run with the others: a run takes minutes.
conform('transactions', { atomicEvents: true, expiry: 'manual' });
