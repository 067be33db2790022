export { defineConfig, type KairosConfig, type TimeseriesConfig } from './config.js';
export type { ListenerKind, Rule } from './serve/rules.js';
