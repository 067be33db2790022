import type { Chart, ChartKind } from './board.js';
import { chooseGrain, type Grain, grainsOf } from './grains.js';
import type { TimeseriesInfo } from './timeseries-info.js';
import { neededTransforms, shownTransforms } from './transforms.js';

/** The range to read, and the current time, in Unix seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly now: number;
}

/** The most points that a chart shows when its interval is chosen automatically. */
const MOST_POINTS: Readonly<Record<ChartKind, number>> = { lines: 1000, bars: 300, heat: 300, figure: 300 };

export interface ChartQuery {
  readonly grain: Grain;
  readonly span: Span;
  /** The transforms to show; none if the data is shown as it is. */
  readonly transforms: readonly string[];
  readonly byName: boolean;
  readonly parameters: URLSearchParams;
}

/** The query to the API for a chart over a span. */
export function queryOf(chart: Chart, info: TimeseriesInfo, asked: Span): ChartQuery | undefined {
  const grain = grainOf(chart, info, asked);
  if (grain === undefined) return undefined;
  const span = keptOf(asked, grain);
  const heat = chart.kind === 'heat';
  const transforms = heat ? [] : shownTransforms(info.type, chart.transforms);
  const byName = !heat && !chart.together;
  const parameters = parametersOf(chart, grain, span);
  if (grain.condensable && !grain.detail) parameters.append('condense', 'true');
  for (const transform of neededTransforms(transforms)) parameters.append('transform', transform);
  if (byName) parameters.append('byName', 'true');
  return { grain, span, transforms, byName, parameters };
}

/** The same query for the whole span as one bucket. */
export function collapsedQuery({ parameters, ...query }: ChartQuery): ChartQuery {
  const collapsed = new URLSearchParams(parameters);
  collapsed.delete('condense');
  collapsed.append('collapse', 'true');
  return { ...query, grain: { ...query.grain, detail: false }, parameters: collapsed };
}

function parametersOf(chart: Chart, grain: Grain, span: Span): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of chart.names) parameters.append('name', name);
  parameters.append('interval', grain.interval);
  parameters.append('start', String(span.start));
  parameters.append('end', String(span.end));
  return parameters;
}

function grainOf(chart: Chart, info: TimeseriesInfo, { start, end, now }: Span): Grain | undefined {
  const grains = grainsOf(info);
  const chosen = grains.filter(({ interval }) => interval === chart.interval);
  if (chosen.length > 0) return chosen.find(({ detail }) => detail === chart.detail) ?? chosen[0];
  return chooseGrain(grains, { span: end - start, age: now - start, most: MOST_POINTS[chart.kind] });
}

/** Leaves out buckets past their retention: they would look as if nothing had happened. */
function keptOf(span: Span, { keeps, seconds }: Grain): Span {
  const oldest = span.now - keeps + seconds;
  return { ...span, start: Math.min(Math.max(span.start, oldest), span.end) };
}
