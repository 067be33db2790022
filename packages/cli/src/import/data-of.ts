import type { DataOf, TimeseriesType, Value } from '@kairos/core';
import { revive } from '../output/plain.js';

/** Turns the output of `plain` back into data of a type. Core refuses data of any other shape. */
export function dataOf(type: TimeseriesType, data: unknown): DataOf<TimeseriesType, Value> {
  return shaped(type, data) as DataOf<TimeseriesType, Value>;
}

function shaped(type: TimeseriesType, data: unknown): unknown {
  if (type === 'count' || type === 'gauge') return revive(data);
  if (!Array.isArray(data)) return data;
  if (type === 'series') return data.map(revive);
  if (type === 'set') return new Set(data.map(revive));
  return new Map(
    data.map((pair) => (Array.isArray(pair) ? [revive(pair[0]), Number(pair[1])] : [pair, Number.NaN])),
  );
}
