export { createHandler, type Handler, type HandlerOptions } from './handler.js';
export { type NodeListener, toNodeListener } from './node-listener.js';
