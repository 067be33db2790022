import type { AnyTimeseries } from '@kairos/core';
import type { Context } from '../../src/context.js';
import { graphiteWeb, skipped, type WhisperFile, writeWhisper } from './support/graphite-web.js';
import { contextOf, get, open, type Rendered } from './support/store.js';

const MINUTE = 60;
const POINTS = 360;
/** Six whole hours of the recent past: Whisper keeps no older data. */
const base = Math.floor(Date.now() / 1000 / 3600) * 3600 - POINTS * MINUTE;

type Make = (index: number) => number | null;

/** The same data for both, by timeseries and name. Each timeseries has one step. */
const data: Record<string, { step: number; names: Record<string, Make> }> = {
  app: {
    step: MINUTE,
    names: {
      'a.load': (i) => (i % 5 === 4 ? null : (i * 7) % 13),
      'b.load': (i) => (i % 7 === 3 ? null : ((i * 3) % 17) + 0.5),
      'c.load': (i) => (i >= 20 && i < 40 ? null : i % 4),
      'd.load': (i) => (i === 0 ? 1 : null),
      up: (i) => (i % 11 === 0 ? null : (i * i) % 1000),
      total: (i) => i * 60,
      wraps: (i) => (i * 37) % 256,
    },
  },
  five: {
    step: 5 * MINUTE,
    names: { one: (i) => (i < 72 ? i : null), two: (i) => (i < 72 ? 100 - i : null) },
  },
};

const suite = skipped ? describe.skip : describe;

suite('Beside graphite-web over the same data', () => {
  let context: Context;
  let url: string;

  beforeAll(async () => {
    const web = graphiteWeb();
    url = web.url;
    const files: Record<string, WhisperFile> = {};
    const opened: Record<string, AnyTimeseries> = {};
    for (const [key, { step, names }] of Object.entries(data)) {
      const gauge = await open({ type: 'gauge', intervals: { only: { step, steps: 2880 } } });
      opened[key] = gauge;
      for (const [name, make] of Object.entries(names)) {
        const points: [number, number][] = [];
        for (let i = 0; i < POINTS; i++) {
          const value = make(i);
          if (value !== null) points.push([base + i * step, value]);
        }
        files[`${key}.${name}`] = { archives: [[step, 2880]], points };
        const inserts = points.map(([time, value]) => [time, { [name]: [value] }] as const);
        await gauge.bulkInsert(new Map(inserts));
      }
    }
    await writeWhisper(web.folder, files);
    context = contextOf(opened);
  }, 60_000);

  async function both(path: string): Promise<[unknown, unknown]> {
    const theirs = await fetch(`${url}${path}`);
    if (!theirs.ok) throw new Error(`graphite-web: ${theirs.status} to ${path}`);
    const ours = await get(context, path);
    if (ours.status !== 200) throw new Error(`${ours.status} ${await ours.text()}`);
    return [await ours.json(), await theirs.json()];
  }

  /** `from` and `until` are minutes after the beginning of the data. */
  async function compare(target: string, from: number, until: number): Promise<number> {
    const query = new URLSearchParams({
      target,
      from: String(base + from * MINUTE),
      until: String(base + until * MINUTE),
      format: 'json',
    });
    const [ours, theirs] = (await both(`/render?${query}`)) as [Rendered[], Rendered[]];
    expect(ours.map(({ target: name }) => name)).toEqual(theirs.map(({ target: name }) => name));
    expect(ours.map(({ tags }) => tags.name)).toEqual(theirs.map(({ tags }) => tags.name));
    for (const [at, { datapoints }] of ours.entries()) {
      const expected = theirs[at]?.datapoints ?? [];
      expect(datapoints.map(([, time]) => time)).toEqual(expected.map(([, time]) => time));
      for (const [index, [value]] of datapoints.entries()) {
        const wanted = expected[index]?.[0] ?? null;
        if (value === null || wanted === null) expect([index, value]).toEqual([index, wanted]);
        else expect(value).toBeCloseTo(wanted, 9);
      }
    }
    return ours.reduce((sum, { datapoints }) => sum + datapoints.length, 0);
  }

  const aggregations =
    'average avg avg_zero count current diff last max median min multiply range rangeOf stddev sum total'.split(
      ' ',
    );

  it.each([
    'app.a.load',
    'app.*.load',
    'app.{b,a}.load',
    'app.[ab].load',
    'app.?.load',
    '*.*.load',
    'app.*',
    'five.*',
    'app.none.load',
    'sumSeries(app.*.load)',
    'sum(app.b.load,app.a.load)',
    'sumSeries(app.a.load,app.a.load)',
    'sumSeries(app.a.load)',
    'sumSeries(app.none.load)',
    'sumSeries(scale(app.*.load,2),app.up)',
    "sumSeries(alias(app.a.load,'x'),app.b.load)",
    'averageSeries(app.*.load)',
    'avg(app.a.load,app.b.load)',
    'maxSeries(app.*.load)',
    'minSeries(app.*.load)',
    'maxSeries(app.*.load,app.*.load)',
    'alias(app.a.load,\'a "load" of it\')',
    "alias(app.none.load,'x')",
    'aliasByNode(app.*.load,1)',
    'aliasByNode(app.a.load,-1,0,7)',
    'aliasByNode(app.a.load,0,2)',
    'aliasByNode(sumSeries(app.*.load),1,0)',
    'aliasByNode(sumSeries(app.{a,b}.load),1)',
    'aliasByNode(scale(app.a.load,2),1)',
    "aliasByNode(summarize(app.a.load,'5min'),1)",
    'aliasByNode(divideSeries(app.a.load,app.b.load),1)',
    "aliasByNode(alias(app.a.load,'q.r'),1)",
    'aliasSub(app.*.load,"(^.*$)","\\1 A")',
    'aliasSub(app.a.load,"^app\\.([a-z])\\.(.*)$","\\2-\\1")',
    'aliasSub(app.a.load,"(?P<x>a)","\\g<x>!")',
    'scale(app.a.load,2)',
    'scale(app.a.load,0.333333333)',
    'scale(app.a.load,1e9)',
    'scale(app.a.load,-0.000012345)',
    'scale(app.a.load,123456.789)',
    'scale(app.a.load,factor=2)',
    'scaleToSeconds(app.*.load,1)',
    'scaleToSeconds(app.total,3600)',
    'derivative(app.*.load)',
    'derivative(app.up)',
    'perSecond(app.up)',
    'perSecond(app.total)',
    'perSecond(app.wraps)',
    'perSecond(app.wraps,255)',
    'perSecond(app.wraps,maxValue=200)',
    'perSecond(app.wraps,255,10)',
    'perSecond(app.wraps,minValue=10)',
    'keepLastValue(app.*.load)',
    'keepLastValue(app.a.load,0)',
    'keepLastValue(app.c.load,20)',
    'keepLastValue(app.c.load,19)',
    'keepLastValue(app.c.load,limit=5)',
    'keepLastValue(app.c.load,inf)',
    'divideSeries(app.a.load,app.b.load)',
    'divideSeries(app.*.load,app.c.load)',
    'divideSeries(app.a.load,app.none.load)',
    'divideSeries(app.none.load,app.a.load)',
    "divideSeries(alias(app.a.load,'q'),alias(app.b.load,'z'))",
    'divideSeries(sumSeries(app.*.load),app.a.load)',
    'percentileOfSeries(app.*.load,50)',
    'percentileOfSeries(app.*.load,1)',
    'percentileOfSeries(app.*.load,33)',
    'percentileOfSeries(app.*.load,67)',
    'percentileOfSeries(app.*.load,95)',
    'percentileOfSeries(app.*.load,99.9)',
    'percentileOfSeries(app.*.load,100)',
    'percentileOfSeries(app.*.load,50,true)',
    'percentileOfSeries(app.*.load,34,interpolate=true)',
    'percentileOfSeries(app.*.load,75,true)',
    'percentileOfSeries(scale(app.*.load,1),95)',
    "percentileOfSeries(alias(app.a.load,'x'),95)",
    'percentileOfSeries(app.none.load,95)',
    'limit(app.*.load,2)',
    'limit(app.*.load,0)',
    'limit(app.*.load,10)',
    'sortByMaxima(app.*.load)',
    'sortByMaxima(app.*)',
    'highestCurrent(app.*.load,2)',
    'highestCurrent(app.*.load,1)',
    'highestCurrent(app.*.load,0)',
    'highestCurrent(app.*.load,10)',
    'constantLine(100)',
    'constantLine(123.456)',
    'movingAverage(app.*.load,3)',
    'movingAverage(app.up,1)',
    'movingAverage(app.c.load,5)',
    'movingAverage(app.c.load,5,0.5)',
    'movingAverage(app.c.load,5,xFilesFactor=0.9)',
    'movingAverage(app.c.load,5,1)',
    "movingAverage(app.up,'3min')",
    "movingAverage(sumSeries(app.*.load),'2min')",
    'movingAverage(movingAverage(app.up,2),2)',
    "movingAverage(summarize(app.up,'5min'),2)",
    'scale(movingAverage(app.up,3),2)',
    'sumSeries(app.up,movingAverage(app.up,3))',
    "summarize(app.a.load,'5min')",
    "summarize(app.*.load,'10min','avg')",
    "summarize(app.c.load,'7min','max')",
    "summarize(app.a.load,'90s')",
    "summarize(app.a.load,'30s')",
    "summarize(app.c.load,'1h','sum')",
    "summarize(app.c.load,'5minutes','sum',alignToFrom=true)",
    "summarize(app.a.load,'5min','max',true)",
    "summarize(scale(app.*.load,2),'10min')",
    ...aggregations.map((name) => `summarize(app.*.load,'5min','${name}')`),
    ...aggregations.map((name) => `summarize(app.*.load,'6min','${name}',true)`),
    'sumSeries(five.*)',
    'movingAverage(five.one,2)',
    "aliasByNode(highestCurrent(summarize(scale(app.*.load,60),'5min','max'),2),1)",
  ])('%s has the same names and values', async (target) => {
    const ranges = [
      [17, 25],
      [30, 95],
      [0, 60],
      [4, 44],
    ] as const;
    for (const [from, until] of ranges) await compare(target, from, until);
  });

  it('times within a step, swapped, or at the edges of the data cover the same points', async () => {
    const ranges = [
      [0, 1],
      [0.5, 1.5],
      [60, 30],
      [59.5, 61],
      [-3, 3],
      [355, 363],
    ] as const;
    for (const [from, until] of ranges) {
      expect(await compare('app.total', from, until)).toBeGreaterThan(0);
    }
  });

  it.each([
    'sumSeries(app.a.load,five.one)',
    'sumSeries(five.one,app.a.load)',
    'averageSeries(five.one,app.a.load)',
    'maxSeries(five.*,scale(app.a.load,1))',
    'divideSeries(five.one,app.c.load)',
  ])('%s, of two steps, has the same values where both begin at once', async (target) => {
    expect(await compare(target, 4, 59)).toBe(11);
  });

  it.each([
    '/metrics/find?query=*',
    '/metrics/find?query=app.*',
    '/metrics/find?query=app.*.load',
    '/metrics/find?query=app.a',
    '/metrics/find?query=app.a.load',
    '/metrics/find?query=none',
    '/metrics/find?query=app.{a,b}',
    '/metrics/find?query=*.*',
    '/metrics/find?query=app.u',
    '/metrics/find?query=app.*&wildcards=1',
    '/metrics/find?query=app.*&format=nodelist',
    '/metrics/find?query=app.&format=completer',
    '/metrics/find?query=ap&format=completer',
    '/metrics/find?query=app.*&format=completer',
    '/metrics/find?query=app.*&format=completer&wildcards=1',
    '/metrics/expand?query=*',
    '/metrics/expand?query=app.*',
    '/metrics/expand?query=app.*&query=five.*',
    '/metrics/expand?query=app.*&query=five.*&groupByExpr=1',
    '/metrics/expand?query=app.*&leavesOnly=1',
    '/metrics/expand?query=app.*.load',
    '/metrics/expand?query=none',
    '/metrics/expand',
  ])('%s has the same answer', async (path) => {
    const [ours, theirs] = await both(path);
    expect(ours).toEqual(theirs);
  });

  it('CSV has the same lines', async () => {
    const query = new URLSearchParams({
      target: 'alias(app.b.load,"b, of it")',
      from: String(base),
      until: String(base + 600),
      format: 'csv',
    });
    const numbers = (text: string) => text.replaceAll(/\.0\r\n/g, '\r\n');
    const theirs = await (await fetch(`${url}/render?${query}`)).text();
    const ours = await (await get(context, `/render?${query}`)).text();
    expect(ours).toContain(',3.5\r\n');
    expect(ours).toBe(numbers(theirs));
  });

  it.each([
    'now',
    '-1h',
    '-90s',
    '-2mon',
    'today',
    'yesterday',
    'noon yesterday',
    '6pm yesterday',
    'midnight',
    '04:00_20260110',
    '20260110',
    '11/10/25',
    'january 1',
    'monday',
    'noon+1h',
    'midnight-2h',
    '1794990000',
  ])('the time %j is the same', async (from) => {
    const query = new URLSearchParams({
      target: 'constantLine(1)',
      from,
      until: '1990000000',
      format: 'json',
    });
    const [ours, theirs] = (await both(`/render?${query}`)) as [Rendered[], Rendered[]];
    const start = (rendered: Rendered[]) => rendered[0]?.datapoints[0]?.[1] ?? 0;
    // The second may change between the two requests.
    expect(Math.abs(start(ours) - start(theirs))).toBeLessThanOrEqual(1);
  });
});
