import type { ApiClient } from './api-client.js';
import { type Board, type Chart, chartOf, emptyBoard } from './board.js';
import { boundsOf } from './load.js';
import { usualKind } from './transforms.js';

const MOST_CHARTS = 6;
const MOST_NAMES = 5;

/** The board for a URL without a fragment: the first names of the first timeseries, over a range that has data. */
export async function firstBoard(client: ApiClient): Promise<Board> {
  const known = (await client.timeseries()).slice(0, MOST_CHARTS);
  const charts = (await Promise.all(known.map((timeseries) => firstChart(client, timeseries)))).flat();
  const bounds = await Promise.all(charts.map((chart) => boundsOf(client, chart)));
  const latest = Math.max(...bounds.map((each) => each?.last ?? 0));
  const { range } = emptyBoard;
  const recent = 'last' in range && latest >= Date.now() / 1000 - range.last;
  return { ...emptyBoard, charts, range: recent || latest <= 0 ? range : { all: true } };
}

async function firstChart(client: ApiClient, timeseries: string): Promise<Chart[]> {
  const [{ type }, names] = await Promise.all([client.info(timeseries), client.names(timeseries, '')]);
  if (names.length === 0) return [];
  return [{ ...chartOf(timeseries, usualKind(type)), names: names.toSorted().slice(0, MOST_NAMES) }];
}
