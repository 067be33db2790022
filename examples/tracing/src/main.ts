import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { traceStores } from './spans.js';

const provider = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
});
const stop = traceStores(provider.getTracer('kairos'));

const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: 60 } },
});
await Promise.all(['home', 'about', 'home'].map((page) => hits.insert(page)));
await hits.series('home', 'minute', { steps: 60 });
await hits.close();

stop();
await provider.shutdown();
