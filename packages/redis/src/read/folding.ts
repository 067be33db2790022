/** How the server adds up the rows that a read allows it to. */
import {
  type BucketQuery,
  type BucketRow,
  countBuckets,
  type Fold,
  Summary,
  type TimeseriesType,
} from '@kairos/core';
import { decodeData, listOf, textOf, textsOf } from '../data.js';
import type { Placement } from '../placement.js';
import type { Script } from '../script.js';
import { foldScript } from '../scripts/fold-scripts.js';
import { decodeValue } from '../values.js';
import { WINDOW_SIZE, type WindowFields } from '../window-fields.js';

/** The number of windows or buckets that one call adds up. A thousand windows block the server for some 20 ms. */
const FOLD_AT_A_TIME = { windows: 1_024, buckets: 512 };

/** Resolutions are added up if a bucket has at least this many; for fewer it saves nothing. */
const LEAST_RESOLUTIONS = 4;

export interface Folding {
  readonly script: Script;
  /** The number of windows or buckets that one call covers. */
  readonly atATime: number;
  /** The call for the windows or buckets from `from` to `to`, and how to read its reply. */
  part(from: number, to: number): FoldedPart;
}

interface FoldedPart {
  readonly args: readonly string[];
  /** The rows of a name from the results of its calls. */
  rows(name: string, found: readonly unknown[]): Iterable<BucketRow>;
}

/** Returns `null` if the server has nothing to add up. */
export function foldingOf(type: TimeseriesType, placement: Placement, query: BucketQuery): Folding | null {
  const { fold } = query;
  if (fold === undefined) return null;
  const { windows } = placement;
  return windows === undefined
    ? bucketFolding(type, placement, fold)
    : windowFolding(type, placement, windows, query, fold);
}

function windowFolding(
  type: TimeseriesType,
  { interval: { step } }: Placement,
  windows: WindowFields,
  { first, last }: BucketQuery,
  fold: Fold,
): Folding | null {
  if (!fold.buckets) {
    const range = windows.windowsOf(first, last);
    const resolutions = (range.last - range.first + 1) * WINDOW_SIZE.resolved;
    if (!fold.resolutions || resolutions < LEAST_RESOLUTIONS * countBuckets(step, first, last)) return null;
  }
  return {
    script: foldScript(type, { statistics: false, resolved: false }),
    atATime: FOLD_AT_A_TIME.windows,
    part(from, to) {
      const { positions, buckets } = windows.cut({ from, to, first, last, apart: !fold.buckets });
      return {
        args: [String(windows.span), ...positions.map(String)],
        *rows(name, found) {
          for (let i = 0; i < found.length; i += 2) {
            const nth = Number(found[i]);
            const text = textOf(found[i + 1]);
            yield {
              name,
              bucket: buckets[nth] ?? first,
              resolution: windows.placedAtPosition(positions[nth] ?? 0).resolution,
              data: type === 'count' ? Number(text) : decodeValue(text),
            };
          }
        },
      };
    },
  };
}

function bucketFolding(type: TimeseriesType, { interval }: Placement, fold: Fold): Folding | null {
  const { step, resolution: finer } = interval;
  const { statistics } = fold;
  const wanted = fold.buckets ? 'range' : fold.resolutions || finer === null ? 'bucket' : 'resolution';
  // Appending the values of a series saves nothing, and a read that wants every row has nothing to add up.
  if (statistics === null && (type === 'series' || !(fold.buckets || fold.resolutions))) return null;
  const flag = (is: boolean | undefined) => (is === true ? '1' : '');
  const args = [
    wanted,
    flag(finer !== null),
    flag(statistics?.has('sum')),
    flag(statistics?.has('min') || statistics?.has('max')),
  ];
  return {
    script: foldScript(type, { statistics: statistics !== null, resolved: finer !== null }),
    atATime: FOLD_AT_A_TIME.buckets,
    part: () => ({
      args,
      *rows(name, found) {
        for (const [unit, resolution, ...data] of found.map(listOf)) {
          const bucket = Number(unit);
          yield {
            name,
            bucket,
            resolution:
              finer === null
                ? 0
                : Number(resolution === '' ? finer.bucketOf(step.startOf(bucket)) : resolution),
            data: statistics === null ? decodeData(type, textsOf(data[0])) : summaryOf(data.map(textOf)),
          };
        }
      },
    }),
  };
}

function summaryOf([count = '', sum = '', min = '', max = '']: readonly string[]): Summary {
  return new Summary({
    count: Number(count),
    ...(sum === '' ? {} : { sum: Number(sum) }),
    ...(min === '' ? {} : { min: decodeValue(min) }),
    ...(max === '' ? {} : { max: decodeValue(max) }),
  });
}
