export { conformance } from './conformance.js';
export { type MemoryOptions, type MemoryTypes, memory } from './memory/memory-backend.js';
export { type MemoryPlace, MemoryStore } from './memory/memory-store.js';
export type {
  BackendOptions,
  ConformanceFactory,
  ConformanceOptions,
  FailingTarget,
  FragileWay,
  ProcessFactory,
  StoreFactory,
  TestFunctions,
} from './options.js';
export { FaultyProxy, type ProxyFault } from './proxy/faulty-proxy.js';
export { wayThrough } from './proxy/way-through.js';
