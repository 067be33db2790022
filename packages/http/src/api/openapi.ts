import { calendarUnits } from '@kairos/core';
import type { Context } from '../context.js';

type Schema = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 description of the API for these timeseries. It includes inserts only if they are allowed. */
export function openapi({ timeseries, maxBuckets, insert }: Context): object {
  const names = [...timeseries.keys()];
  const intervals = new Set([...timeseries.values()].flatMap((each) => Object.keys(each.intervals)));
  const path = parameter('timeseries', 'path', { type: 'string', ...choice(names) }, 'Its name');
  const name = parameter('name', 'query', { type: 'string', minLength: 1 }, 'The name');
  return {
    openapi: '3.1.0',
    info: { title: 'Kairos', version: '1', description: 'Time series in time buckets.' },
    servers: [{ url: '..' }],
    paths: {
      '/api/timeseries': {
        get: operation('listTimeseries', 'The names of the timeseries', [], array({ type: 'string' })),
      },
      '/api/{timeseries}': {
        get: operation('getTimeseries', 'What a timeseries is', [path], ref('Timeseries')),
      },
      '/api/{timeseries}/names': {
        get: operation(
          'listNames',
          'The names that have data, sorted',
          [path, optional('prefix', { type: 'string' }, 'With what they begin')],
          array({ type: 'string' }),
        ),
      },
      '/api/{timeseries}/properties': {
        get: operation(
          'getProperties',
          'The first and the last bucket of a name, by interval',
          [path, name],
          ref('Properties'),
        ),
      },
      '/api/{timeseries}/series': {
        get: operation(
          'getSeries',
          `A range of buckets, ${maxBuckets} at most: of one name, of several joined, or of each by its name`,
          [path, ...seriesParameters([...intervals])],
          { anyOf: [ref('Series'), ref('SeriesByName')] },
        ),
      },
      ...(insert ? { '/api/{timeseries}/inserts': { post: insertOperation(path) } } : {}),
    },
    components: { schemas, responses },
  };
}

function seriesParameters(intervals: readonly string[]): readonly object[] {
  const time = { anyOf: [{ type: 'number' }, { type: 'string' }] };
  const form = 'Unix seconds, or a date of ISO 8601, in the timezone of the timeseries where it names none';
  const several = array({ type: 'string', minLength: 1 });
  return [
    parameter('name', 'query', { ...several, minItems: 1 }, 'The names; repeat it for several'),
    parameter('interval', 'query', { type: 'string', ...choice(intervals) }, 'The interval'),
    optional('start', time, `A time in the first bucket: ${form}`),
    optional('end', time, `A time in the last bucket: ${form}; now, where start and end are left out`),
    optional(
      'steps',
      { type: 'integer', minimum: 1 },
      'How many buckets, where start and end are not both given; as many as are kept, or 1, where it is left out',
    ),
    optional('condense', ref('Flag'), 'Adds up the resolutions of each bucket'),
    optional('collapse', ref('Flag'), 'Adds up all buckets'),
    {
      ...optional('transform', several, 'mean, count, min, max, sum, rate, median, stddev, distinct, p95, …'),
      style: 'form',
      explode: false,
    },
    optional('byName', ref('Flag'), 'Tells several names apart; else they are joined'),
  ];
}

function insertOperation(path: object): object {
  const one = ref('Insert');
  return {
    ...operation(
      'insert',
      'Stores values: all that the body has, or nothing where any of it is refused',
      [
        path,
        optional(
          'intervals',
          { type: 'integer', minimum: -100_000, maximum: 100_000 },
          'How many buckets before (< 0) or after (> 0) the timestamp to copy the values to',
        ),
      ],
      ref('Inserted'),
      { 413: response('TooLarge'), 415: response('UnsupportedType'), 503: response('InsertFailed') },
    ),
    requestBody: { required: true, content: content({ anyOf: [one, array(one)] }) },
  };
}

function operation(
  operationId: string,
  summary: string,
  parameters: readonly object[],
  schema: Schema,
  more: object = {},
): object {
  return {
    operationId,
    summary,
    parameters,
    responses: {
      200: { description: summary, content: content(schema) },
      400: response('Refused'),
      401: response('Unauthorized'),
      404: response('NotFound'),
      405: response('MethodNotAllowed'),
      503: response('Away'),
      ...more,
    },
  };
}

function parameter(name: string, where: 'path' | 'query', schema: Schema, description: string): object {
  return { name, in: where, required: true, description, schema };
}

function optional(name: string, schema: Schema, description: string): object {
  return { name, in: 'query', required: false, description, schema };
}

function content(schema: Schema): object {
  return { 'application/json': { schema } };
}

/** OpenAPI forbids an empty enumeration. */
function choice(names: readonly string[]): Schema {
  return names.length === 0 ? {} : { enum: names };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function response(name: string): Schema {
  return { $ref: `#/components/responses/${name}` };
}

function array(items: Schema): Schema {
  return { type: 'array', items };
}

function pair(first: Schema, second: Schema): Schema {
  return { type: 'array', prefixItems: [first, second], items: false, minItems: 2 };
}

function object(properties: Readonly<Record<string, Schema>>, optionalOnes: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optionalOnes.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function record(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

const text = { type: 'string' };
const seconds = { type: 'number', description: 'Unix seconds' };
const unit = {
  description: 'Seconds, or a calendar unit',
  anyOf: [{ type: 'integer', minimum: 1 }, { enum: calendarUnits }],
};

const schemas = {
  Flag: {
    description: 'true or 1, false or 0; the bare name is true',
    enum: ['true', 'false', '1', '0', '', true, false, 1, 0],
  },
  Timeseries: object({
    type: { enum: ['series', 'histogram', 'count', 'gauge', 'set'] },
    timezone: text,
    intervals: record(
      object({ step: unit, resolution: unit, steps: { type: 'integer', minimum: 1 } }, [
        'resolution',
        'steps',
      ]),
    ),
  }),
  Properties: record(object({ first: seconds, last: seconds })),
  Value: {
    description:
      'Values without a JSON form are objects that name their type: bytes are base64, bigint has digits',
    anyOf: [
      { type: ['string', 'number', 'boolean'] },
      object({ bigint: text }),
      object({ date: text }),
      object({ bytes: text }),
    ],
  },
  Data: {
    description:
      'A count is a number, a gauge its value or null, a series and a set an array of values, a histogram pairs of a value and its count. Transformed, a number or null, or a histogram of rates',
    anyOf: [
      ref('Value'),
      { type: 'null' },
      array(ref('Value')),
      array(pair(ref('Value'), { type: 'number' })),
    ],
  },
  Result: {
    description: 'Data, or an object of the results of several transforms',
    anyOf: [ref('Data'), record(ref('Data'))],
  },
  Series: {
    description:
      'Buckets, ascending: each its timestamp and its data, or in an interval with a resolution the pairs of those',
    ...array(pair(seconds, { anyOf: [ref('Result'), array(pair(seconds, ref('Result')))] })),
  },
  SeriesByName: record(ref('Series')),
  Insert: object(
    {
      name: { type: 'string', minLength: 1 },
      value: {
        description: 'A value, or an array of values; a count may omit it, which counts 1',
        anyOf: [ref('Value'), array(ref('Value'))],
      },
      timestamp: {
        description: 'Unix seconds, or an ISO 8601 date; default: now',
        type: ['number', 'string', 'null'],
      },
    },
    ['value', 'timestamp'],
  ),
  Inserted: object({
    stored: { type: 'integer', description: 'Number of buckets written' },
    expired: {
      type: 'integer',
      description: 'Number of buckets skipped because they are past their retention',
    },
  }),
  Error: object({ error: text, code: text, fate: { enum: ['failed', 'unknown'] } }, ['code', 'fate']),
  InsertError: object({
    error: text,
    code: text,
    failed: array(ref('Insert')),
    unknown: array(ref('Insert')),
  }),
};

const refusal = (description: string) => ({ description, content: content(ref('Error')) });

const responses = {
  Refused: refusal('A parameter is unknown, missing or makes no sense, or the range is too large'),
  Unauthorized: refusal('authorize refused the request'),
  NotFound: refusal('There is no timeseries of this name'),
  MethodNotAllowed: refusal('The path has no such method'),
  TooLarge: refusal('The body is too large'),
  UnsupportedType: refusal('The body is not application/json'),
  Away: refusal('The store is away'),
  InsertFailed: {
    description: 'The store failed. `failed` was not stored; the fate of `unknown` is not known',
    content: content({ anyOf: [ref('InsertError'), ref('Error')] }),
  },
};
