export { defineConfig, type KairosConfig, type TimeseriesConfig } from './config.js';
