import {
  type Board,
  type Chart,
  chartKinds,
  chartOf,
  DAY,
  emptyBoard,
  HOUR,
  type Range,
  scales,
  zones,
} from './board.js';

/**
 * A board as the fragment of a URL. The order of the parameters counts: `chart` begins a chart, and the parameters up to
 * the next `chart` belong to it: `last=6h&chart=hits&as=bars&name=home&name=about&chart=latency&as=heat&name=api`.
 */
export function boardToFragment(board: Board): string {
  const parameters = new URLSearchParams(rangeParameters(board.range));
  if (!board.live) parameters.append('live', 'off');
  if (board.zone !== 'own') parameters.append('zone', board.zone);
  for (const chart of board.charts) {
    for (const [name, value] of chartParameters(chart)) parameters.append(name, value);
  }
  return parameters.toString();
}

/** Reads a board from a fragment. Unknown and malformed parts are ignored. */
export function boardFromFragment(fragment: string): Board {
  let { range, live, zone } = emptyBoard;
  const charts: Chart[] = [];
  const times: { from?: number; to?: number } = {};
  for (const [name, value] of new URLSearchParams(fragment)) {
    const chart = charts.pop();
    if (chart !== undefined) charts.push(name === 'chart' ? chart : withParameter(chart, name, value));
    if (name === 'chart') charts.push(chartOf(value));
    else if (chart !== undefined) continue;
    else if (name === 'last') range = lastOf(value) ?? range;
    else if (name === 'from' || name === 'to') times[name] = Number(value);
    else if (name === 'live') live = value !== 'off';
    else if (name === 'zone') zone = zones.find((known) => known === value) ?? zone;
  }
  const { from = Number.NaN, to = Number.NaN } = times;
  if (from < to && Number.isFinite(to - from)) range = { from, to };
  return { range, live, zone, charts };
}

function chartParameters(chart: Chart): [string, string][] {
  const parameters: [string, string][] = [
    ['chart', chart.timeseries],
    ['as', chart.kind],
  ];
  if (chart.title !== '') parameters.push(['title', chart.title]);
  if (chart.interval !== undefined) parameters.push(['interval', chart.interval]);
  if (chart.detail) parameters.push(['detail', 'yes']);
  if (chart.together) parameters.push(['together', 'yes']);
  if (chart.scale !== 'auto') parameters.push(['scale', chart.scale]);
  if (chart.wide) parameters.push(['wide', 'yes']);
  for (const transform of chart.transforms) parameters.push(['show', transform]);
  for (const name of chart.names) parameters.push(['name', name]);
  return parameters;
}

function withParameter(chart: Chart, name: string, value: string): Chart {
  switch (name) {
    case 'as':
      return { ...chart, kind: chartKinds.find((known) => known === value) ?? chart.kind };
    case 'scale':
      return { ...chart, scale: scales.find((known) => known === value) ?? chart.scale };
    case 'title':
    case 'interval':
      return { ...chart, [name]: value };
    case 'detail':
    case 'together':
    case 'wide':
      return { ...chart, [name]: value === 'yes' };
    case 'show':
      return { ...chart, transforms: added(chart.transforms, value) };
    case 'name':
      return { ...chart, names: added(chart.names, value) };
    default:
      return chart;
  }
}

const added = (list: readonly string[], value: string) => (list.includes(value) ? list : [...list, value]);

function rangeParameters(range: Range): Record<string, string> {
  if ('from' in range) return { from: String(range.from), to: String(range.to) };
  return { last: 'all' in range ? 'all' : lastToText(range.last) };
}

const UNITS: readonly (readonly [letter: string, seconds: number])[] = [
  ['d', DAY],
  ['h', HOUR],
  ['m', 60],
  ['s', 1],
];

/** Writes 21,600 seconds as `6h`. */
export function lastToText(seconds: number): string {
  const [letter, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${letter}`;
}

function lastOf(text: string): Range | undefined {
  if (text === 'all') return { all: true };
  const [, digits, letter] = /^(\d{1,6})([dhms])$/.exec(text) ?? [];
  const size = UNITS.find(([each]) => each === letter)?.[1];
  const last = size === undefined ? 0 : Number(digits) * size;
  return last > 0 ? { last } : undefined;
}
