export { conformance } from './conformance.js';
export { type MemoryOptions, MemoryStore, type MemoryTypes, memory } from './memory/memory-backend.js';
export type {
  BackendOptions,
  ConformanceFactory,
  ConformanceOptions,
  FailingTarget,
  ProcessFactory,
  StoreFactory,
  TestFunctions,
} from './options.js';
