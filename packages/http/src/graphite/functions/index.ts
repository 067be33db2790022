import {
  averageSeries,
  divideSeries,
  maxSeries,
  minSeries,
  percentileOfSeries,
  sumSeries,
} from './combine.js';
import { constantLine } from './constant-line.js';
import type { FunctionDefinition } from './definition.js';
import { highestCurrent, limit, sortByMaxima } from './filter.js';
import { movingAverage } from './moving-average.js';
import { alias, aliasByNode, aliasSub } from './names.js';
import { derivative, keepLastValue, perSecond, scale, scaleToSeconds, summarize } from './transform.js';
import { transform } from './transform-buckets.js';

const definitions = [
  sumSeries,
  averageSeries,
  maxSeries,
  minSeries,
  divideSeries,
  percentileOfSeries,
  alias,
  aliasByNode,
  aliasSub,
  scale,
  scaleToSeconds,
  summarize,
  derivative,
  perSecond,
  keepLastValue,
  movingAverage,
  limit,
  highestCurrent,
  sortByMaxima,
  constantLine,
  transform,
];

/** The functions by their names and aliases. */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  definitions.flatMap((definition) =>
    [definition.name, ...(definition.aliases ?? [])].map((name) => [name, definition] as const),
  ),
);
