import { tracingChannel } from 'node:diagnostics_channel';
import type { StoreCall, StoreOperation } from '@kairos/core';
import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';

/** A call as the channels publish it, with the error that it rejected with. */
type Published = StoreCall & { readonly error?: unknown };

const operations: readonly StoreOperation[] = [
  'open',
  'write',
  'read',
  'list',
  'properties',
  'delete',
  'deleteAll',
  'expire',
  'close',
];

/**
 * Creates a span for every call of a store from now on. Its parent is the span that is active when the call
 * begins. Returns a function that stops it.
 *
 * @example
 * ```ts
 * const stop = traceStores(trace.getTracer('kairos'));
 * ```
 */
export function traceStores(tracer: Tracer): () => void {
  const stops = operations.map((operation) => traceOperation(tracer, operation));
  return () => {
    for (const stop of stops) stop();
  };
}

function traceOperation(tracer: Tracer, operation: StoreOperation): () => void {
  const spans = new WeakMap<object, Span>();
  const channel = tracingChannel<object, Published>(`kairos.${operation}`);
  const subscribers = {
    start: (call: Published) => {
      const options = { kind: SpanKind.CLIENT, attributes: attributesOf(operation, call) };
      spans.set(call, tracer.startSpan(`kairos.${operation}`, options));
    },
    end: () => undefined,
    asyncStart: () => undefined,
    asyncEnd: (call: Published) => spans.get(call)?.end(),
    error: (call: Published) => {
      const message = call.error instanceof Error ? call.error.message : String(call.error);
      spans.get(call)?.recordException(message);
      spans.get(call)?.setStatus({ code: SpanStatusCode.ERROR, message });
    },
  };
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}

/** OpenTelemetry omits attributes that are undefined. */
function attributesOf(operation: StoreOperation, call: StoreCall): Attributes {
  return {
    'db.system.name': call.backend,
    'db.operation.name': operation,
    'kairos.type': call.type,
    'kairos.interval': call.interval,
    'kairos.names': call.names,
    'kairos.buckets': call.buckets,
    'kairos.inserts': call.inserts,
  };
}
