import { conform } from './support/conform.js';

conform('server', {});
