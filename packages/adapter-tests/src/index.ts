export { MemoryStore, memory } from './memory/memory-backend.js';
