import type { ApiClient } from './api-client.js';
import { seriesPath } from './api-client.js';
import type { Chart, Range } from './board.js';
import { type ChartQuery, collapsedQuery, queryOf, type Span } from './chart-query.js';
import {
  type Cell,
  type Frame,
  frameOf,
  type HeatFrame,
  heatFrameOf,
  isEmptyFrame,
  isEmptyHeat,
} from './frame.js';
import { endOfBucket } from './grains.js';
import type { Bounds, TimeseriesInfo } from './timeseries-info.js';

/** The data that a chart draws. */
export type Content = Source &
  (
    | { readonly kind: 'lines' | 'bars'; readonly frame: Frame }
    | { readonly kind: 'heat'; readonly frame: HeatFrame }
    | { readonly kind: 'figure'; readonly frame: Frame; readonly figures: readonly Cell[] }
  );

interface Source {
  readonly info: TimeseriesInfo;
  readonly query: ChartQuery;
  /** The API's path for the same data. */
  readonly path: string;
}

/** The range has no data; `bounds` tell where there is some. */
export interface Nothing {
  readonly kind: 'nothing';
  readonly bounds: Bounds | undefined;
}

/** Reads the data of a chart over a range. */
export async function loadChart(
  client: ApiClient,
  chart: Chart,
  range: Range,
  signal: AbortSignal,
): Promise<Content | Nothing> {
  const info = await client.info(chart.timeseries);
  const span = await spanOf(client, chart, range, info, signal);
  const query = span && queryOf(chart, info, span);
  if (query === undefined) return { kind: 'nothing', bounds: undefined };
  const source = { info, query, path: seriesPath(chart.timeseries, query.parameters) };
  const read = (each: ChartQuery) => client.series(chart.timeseries, each.parameters, signal);
  if (chart.kind === 'heat') {
    const frame = heatFrameOf(await read(query), query);
    return isEmptyHeat(frame) ? nothing(client, chart, signal) : { ...source, kind: 'heat', frame };
  }
  const whole = collapsedQuery(query);
  const [answer, collapsed] = await Promise.all([
    read(query),
    chart.kind === 'figure' ? read(whole) : undefined,
  ]);
  const frame = frameOf(answer, chart, info, query);
  if (isEmptyFrame(frame)) return nothing(client, chart, signal);
  if (chart.kind !== 'figure') return { ...source, kind: chart.kind, frame };
  const figures = frameOf(collapsed, chart, info, whole).columns.map(({ cells }) => cells.at(-1) ?? null);
  return { ...source, kind: 'figure', frame, figures };
}

async function nothing(client: ApiClient, chart: Chart, signal: AbortSignal): Promise<Nothing> {
  const bounds = await boundsOf(client, chart, signal);
  return { kind: 'nothing', bounds };
}

async function spanOf(
  client: ApiClient,
  chart: Chart,
  range: Range,
  info: TimeseriesInfo,
  signal: AbortSignal,
): Promise<Span | undefined> {
  const now = Date.now() / 1000;
  if ('last' in range) return { start: Math.floor(now - range.last), end: Math.floor(now), now };
  if ('from' in range) return { start: range.from, end: range.to, now };
  const bounds = await boundsOf(client, chart, signal);
  if (bounds === undefined) return undefined;
  const [finest] = info.intervals.map(({ step, resolution }) => resolution ?? step);
  const end = endOfBucket(bounds.last, finest ?? 1) - 1;
  return { start: bounds.first, end: Math.max(bounds.first, Math.min(end, now)), now };
}

const MOST_ASKED = 10;

/** The first and last bucket with data of some names, in the interval that goes back furthest. */
export async function boundsOf(
  client: ApiClient,
  { timeseries, names }: Pick<Chart, 'timeseries' | 'names'>,
  signal?: AbortSignal,
): Promise<Bounds | undefined> {
  const asked = names.slice(0, MOST_ASKED).map((name) => client.bounds(timeseries, name, signal));
  const found = (await Promise.all(asked)).flatMap((bounds) => [...bounds.values()]);
  if (found.length === 0) return undefined;
  return {
    first: Math.min(...found.map(({ first }) => first)),
    last: Math.max(...found.map(({ last }) => last)),
  };
}
