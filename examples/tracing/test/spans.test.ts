import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { traceStores } from '../src/spans.js';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer('kairos');
const kairos = new Kairos([sql]);
const intervals = { minute: { step: 60 } } as const;

const spans = () => exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }));

describe('Spans of the calls of a store', () => {
  afterEach(() => exporter.reset());

  it('have its name, and what the call is about', async () => {
    const stop = traceStores(tracer);
    const hits = await kairos.timeseries('sqlite::memory:', { type: 'count', intervals });
    await Promise.all(['home', 'about', 'home'].map((page) => hits.insert(page)));
    await hits.series('home', 'minute', { steps: 60 });
    await hits.close();
    stop();
    const common = { 'db.system.name': 'sql', 'kairos.type': 'count' };
    expect(spans()).toEqual([
      { name: 'kairos.open', attributes: { ...common, 'db.operation.name': 'open' } },
      {
        name: 'kairos.write',
        attributes: {
          ...common,
          'db.operation.name': 'write',
          'kairos.names': 2,
          'kairos.buckets': 2,
          'kairos.inserts': 3,
        },
      },
      {
        name: 'kairos.read',
        attributes: {
          ...common,
          'db.operation.name': 'read',
          'kairos.interval': 'minute',
          'kairos.names': 1,
          'kairos.buckets': 60,
        },
      },
      { name: 'kairos.close', attributes: { ...common, 'db.operation.name': 'close' } },
    ]);
  });

  it('tell of errors', async () => {
    const stop = traceStores(tracer);
    const open = kairos.timeseries('sqlite:/no/such/folder/hits.sqlite', { type: 'count', intervals });
    await expect(open).rejects.toThrow('does not exist');
    stop();
    const [span] = exporter.getFinishedSpans();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.status.message).toContain('/no/such/folder');
  });

  it('end when they are stopped', async () => {
    const stop = traceStores(tracer);
    stop();
    await (await kairos.timeseries('sqlite::memory:', { type: 'count', intervals })).close();
    expect(spans()).toEqual([]);
  });
});
