import { conform } from './support/conform.js';

// Combines the backend's options that change its capabilities in one run, because a run takes minutes.
conform('transactions', { atomicEvents: true, expiry: 'manual' });
