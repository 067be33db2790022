import type { Context } from '../../src/context.js';
import { contextOf, get, jsonOf, open, type Rendered } from './support/store.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The requests of Grafana's Graphite data source, as its browser and server parts send them. */
describe("Grafana's Graphite data source", () => {
  let context: Context;
  const now = Math.floor(Date.now() / 1000);

  beforeAll(async () => {
    const hits = await open({ type: 'count', intervals: { minute: { step: 60, steps: 1440 } } });
    const load = await open({ type: 'gauge', intervals: { minute: { step: 60, steps: 1440 } } });
    await hits.insert('web.home', 3, { timestamp: now - 600 });
    await hits.insert('web.about', 1, { timestamp: now - 600 });
    await load.insert('server1', 0.5, { timestamp: now - 600 });
    context = contextOf({ hits, load });
  });

  const post = (path: string, body: string) => get(context, path, { method: 'POST', headers: FORM, body });
  const rendered = (response: Promise<Response>) => jsonOf<Rendered[]>(response);

  it('tests the connection with a constant line, from its server', async () => {
    const body = `format=json&from=${now - 3600}&maxDataPoints=100&target=constantLine%28100%29&until=${now}`;
    const [line] = await rendered(post('/render', body));
    expect(line?.datapoints[0]).toEqual([100, now - 3600]);
    expect(line?.datapoints.at(-1)).toEqual([100, now]);
  });

  it('tests the connection from the browser, where it wraps every target in aliasSub with its letter', async () => {
    const body =
      'target=aliasSub(constantLine(100)%2C%20%22(%5E.*%24)%22%2C%20%22%5C%5C1%20A%22)&from=-1h&until=now&format=json&maxDataPoints=300';
    const [line] = await rendered(post('/render', body.replace('%5C%5C', '%5C')));
    expect(line?.target).toBe('100.0 A');
  });

  it('asks for the targets of a panel with one form: relative times, its own points, a letter for each', async () => {
    const wrap = (target: string, letter: string) =>
      `target=${encodeURIComponent(`aliasSub(${target}, "(^.*$)", "\\1 ${letter}")`)}`;
    const body = [
      wrap('aliasByNode(hits.web.*, 2)', 'A'),
      wrap("summarize(sumSeries(hits.web.*), '1h', 'sum', false)", 'B'),
      wrap('load.server1', 'C'),
      'from=-6h&until=now&format=json&maxDataPoints=1152',
    ].join('&');
    const series = await rendered(post('/render', body));
    expect(series.map(({ target }) => target)).toEqual([
      'about A',
      'home A',
      'summarize(sumSeries(hits.web.*), "1h", "sum") B',
      'load.server1 C',
    ]);
    const total = (index: number) =>
      series[index]?.datapoints.reduce((sum, [value]) => sum + (value ?? 0), 0);
    expect([total(0), total(1), total(2), total(3)]).toEqual([1, 3, 4, 0.5]);
    expect(series[0]?.datapoints.length).toBe(360);
  });

  it('completes the tree of names with a query in the form and the range in the address', async () => {
    const find = async (query: string) => {
      const response = await post(`/metrics/find?from=${now - 3600}&until=${now}`, `query=${query}`);
      const found = await jsonOf<{ text: string; expandable: number }[]>(response);
      return found.map(({ text, expandable }) => [text, expandable]);
    };
    expect(await find('*')).toEqual([
      ['hits', 1],
      ['load', 1],
    ]);
    expect(await find('hits.*')).toEqual([['web', 1]]);
    expect(await find('hits.web.*')).toEqual([
      ['about', 0],
      ['home', 0],
    ]);
    expect(await find('hits.select metric.*')).toEqual([]);
  });

  it('expands the variable expand(hits.web.*)', async () => {
    const response = await get(context, `/metrics/expand?query=hits.web.*&from=${now - 3600}&until=${now}`);
    expect(await response.json()).toEqual({ results: ['hits.web.about', 'hits.web.home'] });
  });

  it('learns the functions for its editor, each with a group, a description and parameters', async () => {
    const functions = await jsonOf<Record<string, Record<string, unknown>>>(get(context, '/functions'));
    expect(Object.keys(functions)).toEqual(
      expect.arrayContaining(['sumSeries', 'sum', 'avg', 'aliasByNode', 'movingAverage', 'aliasSub']),
    );
    for (const [name, described] of Object.entries(functions)) {
      expect(described).toMatchObject({
        name,
        description: expect.stringMatching(/\w/),
        group: expect.stringMatching(/\w/),
        params: expect.any(Array),
      });
    }
    expect(functions.summarize?.params).toContainEqual({
      name: 'func',
      type: 'aggFunc',
      required: false,
      default: 'sum',
      options: expect.arrayContaining(['sum', 'last', 'max']),
    });
    const grouped = await jsonOf<object>(get(context, '/functions?grouped=1'));
    expect(Object.keys(grouped)).toEqual(expect.arrayContaining(['Combine', 'Alias', 'Transform']));
    expect(await (await get(context, '/functions/scale')).json()).toMatchObject({ name: 'scale' });
    expect((await get(context, '/functions/nothing')).status).toBe(404);
  });

  it('reads a version that it knows', async () => {
    expect(await (await get(context, '/version')).text()).toMatch(/^1\.1\.\d+$/);
  });

  it('finds no tags and no events, rather than an error', async () => {
    for (const path of [
      `/tags/autoComplete/tags?limit=10000&from=${now - 3600}&until=${now}`,
      `/tags/autoComplete/values?expr=a%3Db&tag=name&limit=10000`,
      `/events/get_data?from=-1h&until=now&tags=deploy`,
      '/tags',
    ]) {
      expect(await (await get(context, path)).json()).toEqual([]);
    }
  });

  it('shows why a target is wrong', async () => {
    const response = await post('/render', 'target=scale(hits.web.home)&from=-1h&until=now&format=json');
    expect(response.status).toBe(400);
    expect(await response.text()).toBe(
      'Function "scale" at position 1 has no "factor"; expected scale(seriesList, factor)',
    );
  });
});
