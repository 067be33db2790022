import { tracingChannel } from 'node:diagnostics_channel';
import { graphite } from '../../src/graphite/index.js';
import { contextOf, get, jsonOf, open, render } from './support/store.js';

const now = Math.floor(Date.now() / 1000);
const minute = Math.floor(now / 60) * 60;

const values = (points: readonly (readonly [number | null, number])[] = []) => points.map(([value]) => value);

describe('A rendered point', () => {
  const intervals = { minute: { step: 60, steps: 1440 } };
  const range = { from: minute - 180, until: minute - 60 };
  const at = { timestamp: minute - 120 };

  it('of a count is the number, 0 where there was none', async () => {
    const hits = await open({ type: 'count', intervals });
    await hits.insert('home', 3, at);
    const [series] = await render(contextOf({ hits }), { target: 'hits.home', ...range });
    expect(series?.datapoints).toEqual([
      [3, minute - 120],
      [0, minute - 60],
    ]);
  });

  it('of a gauge is its value; text is none', async () => {
    const load = await open({ type: 'gauge', intervals, valueType: 'text' });
    await load.insert('a', 'high', at);
    const numbers = await open({ type: 'gauge', intervals });
    await numbers.insert('a', 0, at);
    const series = await render(contextOf({ load, numbers }), { target: '*.a', ...range });
    expect(series.map(({ datapoints }) => values(datapoints))).toEqual([
      [null, null],
      [0, null],
    ]);
  });

  it('is null where a function goes beyond the numbers', async () => {
    const load = await open({ type: 'gauge', intervals });
    await load.insert('a', 1e300, at);
    const [series] = await render(contextOf({ load }), { target: 'scale(load.a,1e300)', ...range });
    expect(values(series?.datapoints)).toEqual([null, null]);
  });

  it.each(['series', 'histogram'])('of a %s is the mean', async (type) => {
    const times = await open({ type, intervals });
    await times.insert('home', [1, 2, 6], at);
    await times.insert('zero', [0], at);
    const context = contextOf({ times });
    const rendered = await render(context, { target: 'times.*', ...range });
    expect(rendered.map(({ datapoints }) => values(datapoints))).toEqual([
      [3, null],
      [0, null],
    ]);
  });

  it('of a set is the number of members', async () => {
    const visitors = await open({ type: 'set', intervals });
    await visitors.insert('home', [7, 8, 7], at);
    const [series] = await render(contextOf({ visitors }), { target: 'visitors.home', ...range });
    expect(values(series?.datapoints)).toEqual([2, 0]);
  });

  it('may be another transform of what the bucket holds, several in one read', async () => {
    const times = await open({ type: 'histogram', intervals });
    await times.insert('home', [1, 2, 6, 7], at);
    const hits = await open({ type: 'count', intervals });
    await hits.insert('home', 120, at);
    const context = contextOf({ times, hits });
    const shown = async (target: string) => {
      const [series] = await render(context, { target, ...range });
      return [series?.target, ...values(series?.datapoints)];
    };
    expect(await shown("transform(times.home,'max')")).toEqual(['transform(times.home,"max")', 7, null]);
    expect(await shown("scale(transform(times.*,'p50'),2)")).toEqual([
      'scale(transform(times.home,"p50"),2)',
      8,
      null,
    ]);
    expect(await shown("transform(times.home,'count')")).toEqual(['transform(times.home,"count")', 4, 0]);
    expect(await shown("sumSeries(times.home,transform(times.home,'p0'))")).toEqual([
      'sumSeries(times.home,transform(times.home,"p0"))',
      5,
      null,
    ]);
    await expect(shown("transform(times.home,'rate')")).rejects.toThrow('of a histogram is not a number');
    expect(await shown("transform(hits.home,'rate')")).toEqual(['transform(hits.home,"rate")', 2, 0]);
    expect(await shown('hits.home')).toEqual(['hits.home', 120, 0]);
    await expect(shown("transform(hits.home,'p101')")).rejects.toThrow(
      `has 'p101' for "transform"; expected mean`,
    );
  });

  it('is not there for buckets past their retention or to come', async () => {
    const hits = await open({ type: 'count', intervals: { minute: { step: 60, steps: 2 } } });
    await hits.insert('home', 1);
    const [series] = await render(contextOf({ hits }), { target: 'hits.home', from: '-10min', until: '+1h' });
    const points = series?.datapoints ?? [];
    expect(points.at(-1)?.[1]).toBeLessThanOrEqual(Date.now() / 1000);
    expect(values(points).slice(0, 5)).toEqual([null, null, null, null, null]);
    // The minute may have changed since.
    expect(values(points).slice(-2)).toContain(1);
  });
});

describe('The interval', () => {
  const open5 = () =>
    open({
      type: 'count',
      intervals: {
        day: { step: '1d' },
        minute: { step: 60, steps: 240 },
        hour: { step: 3600, steps: 48 },
      },
    });
  const stepOf = async (parameters: Record<string, string | number>) => {
    const hits = await open5();
    await hits.insert('home', 1, { timestamp: now - 1 });
    const [series] = await render(contextOf({ hits }), { target: 'hits.home', ...parameters });
    const [first, second] = series?.datapoints ?? [];
    return (second?.[1] ?? 0) - (first?.[1] ?? 0);
  };

  it('is the finest that goes back to the beginning of the range', async () => {
    expect(await stepOf({ from: '-1h' })).toBe(60);
    expect(await stepOf({ from: '-4h' })).toBe(60);
    expect(await stepOf({ from: '-5h' })).toBe(3600);
    expect(await stepOf({ from: '-2d' })).toBe(3600);
    expect(await stepOf({ from: '-7d' })).toBe(86_400);
  });

  it('is the finest with no more points than maxDataPoints', async () => {
    expect(await stepOf({ from: '-4h', maxDataPoints: 240 })).toBe(60);
    expect(await stepOf({ from: '-4h', maxDataPoints: 200 })).toBe(3600);
  });

  it('is the coarsest, with the averages of neighbours, where all have more points', async () => {
    expect(await stepOf({ from: '-2d', maxDataPoints: 3 })).toBe(86_400);
    const load = await open({ type: 'gauge', intervals: { only: { step: 60 } } });
    const hour = Math.floor(now / 3600) * 3600 - 3600;
    for (let at = 0; at < 60; at++) await load.insert('a', at, { timestamp: hour + at * 60 });
    const [series] = await render(contextOf({ load }), {
      target: 'load.a',
      from: hour - 60,
      until: hour + 59 * 60,
      maxDataPoints: 6,
    });
    expect(series?.datapoints).toEqual(
      [4.5, 14.5, 24.5, 34.5, 44.5, 54.5].map((mean, at) => [mean, hour + at * 600]),
    );
  });

  it('is taken at its resolution where that is fine enough, and at its step where it is too fine', async () => {
    const hits = await open({
      type: 'count',
      intervals: { hour: { step: 3600, resolution: 60, steps: 48 } },
    });
    const hour = Math.floor(now / 3600) * 3600 - 7200;
    await hits.insert('home', 2, { timestamp: hour + 120 });
    await hits.insert('home', 5, { timestamp: hour + 3600 });
    const context = contextOf({ hits });
    const range = { target: 'hits.home', from: hour - 1, until: hour + 3601 };
    const [fine] = await render(context, range);
    expect(fine?.datapoints).toHaveLength(61);
    expect(fine?.datapoints[2]).toEqual([2, hour + 120]);
    expect(fine?.datapoints[3]).toEqual([0, hour + 180]);
    const [coarse] = await render(context, { ...range, maxDataPoints: 2 });
    expect(coarse?.datapoints).toEqual([
      [2, hour],
      [5, hour + 3600],
    ]);
  });

  it('may be one of the calendar, at its local times', async () => {
    const hits = await open({
      type: 'count',
      timezone: 'Europe/Berlin',
      intervals: { month: { step: 'monthly', resolution: 'daily' } },
    });
    const local = (date: string) => Date.parse(date) / 1000;
    await hits.insert('home', 4, { timestamp: local('2025-03-29T12:00:00+01:00') });
    await hits.insert('home', 6, { timestamp: local('2025-04-01T12:00:00+02:00') });
    const context = contextOf({ hits });
    const range = { from: local('2025-03-27T12:00:00Z'), until: local('2025-04-02T12:00:00Z') };
    const [daily] = await render(context, { target: 'hits.home', ...range });
    expect(daily?.datapoints).toEqual([
      [0, local('2025-03-28T00:00:00+01:00')],
      [4, local('2025-03-29T00:00:00+01:00')],
      [0, local('2025-03-30T00:00:00+01:00')],
      [0, local('2025-03-31T00:00:00+02:00')],
      [6, local('2025-04-01T00:00:00+02:00')],
      [0, local('2025-04-02T00:00:00+02:00')],
    ]);
    const months = { from: local('2025-01-15T12:00:00Z'), until: local('2025-04-02T12:00:00Z') };
    const [monthly] = await render(context, { target: 'hits.home', ...months, maxDataPoints: 5 });
    expect(values(monthly?.datapoints)).toEqual([0, 4, 6]);
    const [perDay] = await render(context, {
      target: 'scaleToSeconds(hits.home,86400)',
      ...months,
      maxDataPoints: 5,
    });
    expect(values(perDay?.datapoints).slice(0, 2)).toEqual([0, 0.129206]);
  });
});

describe('A target', () => {
  const intervals = { minute: { step: 60, steps: 1440 } };

  it('reads several timeseries, each with one round trip for all targets, and lists what wildcards ask for', async () => {
    const hits = await open({ type: 'count', intervals });
    const load = await open({ type: 'gauge', intervals });
    for (const name of ['web.a', 'web.b', 'app.a']) await hits.insert(name, 1, { timestamp: now - 300 });
    await load.insert('web', 1, { timestamp: now - 300 });
    const calls: string[] = [];
    const note = (operation: string) => () => void calls.push(operation);
    const [onRead, onList] = [note('read'), note('list')];
    tracingChannel('kairos.read').start.subscribe(onRead);
    tracingChannel('kairos.list').start.subscribe(onList);
    try {
      const context = contextOf({ hits, load });
      const query = new URLSearchParams([
        ['target', 'hits.web.a'],
        ['target', 'movingAverage(hits.web.b,5)'],
        ['target', 'divideSeries(load.web,hits.app.a)'],
        ['from', '-1h'],
      ]);
      const answer = await jsonOf<unknown[]>(get(context, `/render?${query}`));
      expect(answer).toHaveLength(3);
      expect(calls).toEqual(['read', 'read']);
      calls.length = 0;
      await render(context, { target: 'sumSeries(hits.*.a,hits.*.a)', from: '-1h' });
      expect(calls).toEqual(['list', 'read']);
    } finally {
      tracingChannel('kairos.read').start.unsubscribe(onRead);
      tracingChannel('kairos.list').start.unsubscribe(onList);
    }
  });

  it('of a moving average takes no longer for long windows, nor leaves anything behind of great values', async () => {
    const load = await open({ type: 'gauge', intervals: { second: { step: 1 } } });
    const start = minute - 60_000;
    const points = Array.from(
      { length: 50_000 },
      (_, at) => [start + at, { a: [at === 20 ? 1e17 : 1] }] as const,
    );
    await load.bulkInsert(new Map(points));
    const started = performance.now();
    const [series] = await render(contextOf({ load }), {
      target: 'movingAverage(load.a,20000)',
      from: start + 25_000,
      until: start + 49_999,
    });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(series?.datapoints).toHaveLength(24_999);
    expect(new Set(values(series?.datapoints))).toEqual(new Set([1]));
  });

  it('of names that are not there is nothing; one that is there without data in the range is shown', async () => {
    const load = await open({ type: 'gauge', intervals });
    const hits = await open({ type: 'count', intervals });
    await load.insert('old', 1, { timestamp: now - 7200 });
    await hits.insert('old', 1, { timestamp: now - 7200 });
    const context = contextOf({ load, hits });
    const names = async (target: string) =>
      (await render(context, { target, from: '-10min' })).map((series) => series.target);
    expect(await names('load.none')).toEqual([]);
    expect(await names('hits.none')).toEqual([]);
    expect(await names('none.old')).toEqual([]);
    expect(await names('load')).toEqual([]);
    expect(await names('load.old')).toEqual(['load.old']);
    expect(await names('hits.old')).toEqual(['hits.old']);
  });

  it('reaches any name, with a backslash before what means something else', async () => {
    const hits = await open({ type: 'count', intervals });
    const strange = ['a, (b)', '*', "it's {1}", 'größe.🦊', '__proto__', 'with space', 'a..b'];
    for (const name of strange) await hits.insert(name, 1, { timestamp: now - 120 });
    const context = contextOf({ hits });
    for (const name of strange) {
      const escaped = name.replaceAll(/[\s(){}[\],'"\\*?]/g, '\\$&');
      const [series, ...others] = await render(context, { target: `hits.${escaped}`, from: '-10min' });
      expect(others).toEqual([]);
      expect(series?.target).toBe(`hits.${name}`);
    }
    const all = await render(context, { target: 'hits.*', from: '-10min' });
    expect(all).toHaveLength(strange.length - 2);
  });

  it('may name a timeseries with dots in its name', async () => {
    const hits = await open({ type: 'count', intervals });
    await hits.insert('home', 1, { timestamp: now - 120 });
    const context = contextOf({ 'app.hits': hits });
    expect(
      (await render(context, { target: 'app.*.home', from: '-10min' })).map((each) => each.target),
    ).toEqual(['app.hits.home']);
    expect(await (await get(context, '/metrics/find?query=app.*')).json()).toMatchObject([
      { id: 'app.hits' },
    ]);
    expect(await (await get(context, '/metrics/find?query=app.*.*')).json()).toMatchObject([{ leaf: 1 }]);
  });

  it.each([
    ['foo(hits.a)', 'Function "foo" at position 1 is unknown; expected one of sumSeries'],
    ['scale(foo(hits.a),2)', 'Function "foo" at position 7 is unknown'],
    ['scale(hits.a)', 'Function "scale" at position 1 has no "factor"; expected scale(seriesList, factor)'],
    ['scale(hits.a,2,3)', 'has 3 arguments; expected scale(seriesList, factor)'],
    ['scale(hits.a,times=2)', 'has no parameter "times"'],
    ['scale(hits.a,"x")', 'has "x" for "factor"; expected a number'],
    ['scale(2,hits.a)', 'has 2 for "seriesList"; expected series'],
    ['scale(hits.a,hits.a)', 'has hits.a for "factor"; expected a number'],
    ["summarize(hits.a,'5m')", `has '5m' for "intervalString"; expected an interval such as "5min" or "1h"`],
    ["summarize(hits.a,'-5min')", `has '-5min' for "intervalString"; expected an interval`],
    ["summarize(hits.a,'1h','most')", `has 'most' for "func"; expected one of average, avg`],
    ["summarize(hits.a,'1h','sum',1)", 'has 1 for "alignToFrom"; expected true or false'],
    ['movingAverage(hits.a,0)', 'expected a positive whole number of points, or an interval'],
    ['limit(hits.a,1.5)', 'has 1.5 for "n"; expected a whole number'],
    ['percentileOfSeries(hits.a,0)', 'has 0 for "n"; expected more than 0 and at most 100'],
    ['divideSeries(hits.a,hits.*)', 'has 2 series for "divisorSeries"; expected one'],
    ['aliasSub(hits.a,"(a+)+$","x")', 'has a pattern that repeats a group'],
    ['aliasSub(hits.a,"[","x")', 'has an invalid regular expression'],
    [`aliasSub(hits.a,"${'.*'.repeat(50)}x","y")`, 'has a pattern with too many repeats or choices'],
    [`aliasSub(hits.a,"${'(a|a)'.repeat(50)}x","y")`, 'has a pattern with too many repeats or choices'],
    ["summarize(hits.a,'1s')", 'makes 3'],
    ['3', 'Target 3 is a value; expected a path or a function'],
    ['scale(hits.a', 'at position 13; expected "," or ")"'],
    ['hits.{a,b', 'expected a closing "}"'],
  ])('%s is refused with what is wrong', async (target, message) => {
    const hits = await open({ type: 'count', intervals });
    for (const name of ['a', 'b']) await hits.insert(name, 1, { timestamp: now - 120 });
    const from = target.includes("'1s'") ? '-40d' : '-10min';
    const path = `/render?${new URLSearchParams({ target, from })}`;
    const response = await get(contextOf({ hits }), path);
    expect(await response.text()).toContain(message);
    expect(response.status).toBe(400);
  });

  it.each([
    [{ from: 'whenever' }, 'Parameter "from" is "whenever"; expected Unix seconds'],
    [{ from: '100', until: '100' }, 'Parameters "from" and "until" are the same time'],
    [{ format: 'png' }, 'Parameter "format" is "png"; expected one of json, csv'],
    [{ maxDataPoints: '-1' }, 'Parameter "maxDataPoints" is "-1"; expected a positive whole number'],
    [{ tz: 'Mars/Base' }, 'Parameter "tz" is "Mars/Base"; expected the name of an IANA timezone'],
    [{ target: "summarize(hits.a,'1s')", from: '-2h' }, 'The answer has more than 500 points'],
    [{ target: 'hits.*', from: '-5h' }, 'The targets cover 600 buckets; expected at most 500'],
  ])('with %j is refused', async (parameters: Record<string, string>, message) => {
    const hits = await open({ type: 'count', intervals });
    for (const name of ['a', 'b']) await hits.insert(name, 1, { timestamp: now - 120 });
    const response = await get(
      contextOf({ hits }, 500),
      `/render?${new URLSearchParams({ target: 'hits.a', ...parameters })}`,
    );
    expect(await response.text()).toContain(message);
    expect(response.status).toBe(400);
  });

  it('is asked for with GET or POST alone, and other paths are left to others', async () => {
    const context = contextOf({});
    expect((await get(context, '/render', { method: 'DELETE' })).status).toBe(405);
    expect((await get(context, '/render/?target=a.b')).status).toBe(200);
    const url = new URL('http://kairos.test/api/timeseries');
    expect(await graphite(new Request(url), url, context)).toBeUndefined();
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await get(context, '/render', json)).status).toBe(400);
  });
});
