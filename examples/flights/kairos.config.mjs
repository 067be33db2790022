import { defineConfig } from '@kairos/cli';
import { definitions } from './dist/timeseries.js';

const source = `sqlite:${process.env.FLIGHTS ?? 'flights.sqlite'}`;

/** Names the four timeseries for the command `kairos`. */
export default defineConfig({
  timeseries: Object.fromEntries(
    Object.entries(definitions).map(([name, options]) => [name, { source, ...options }]),
  ),
});
