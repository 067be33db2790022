import type { AnyTimeseries } from '@kairos/core';
import { Parameters } from './parameters.js';
import { RequestError } from './request-error.js';

export const SERIES_PARAMETERS = [
  'name',
  'interval',
  'start',
  'end',
  'steps',
  'condense',
  'collapse',
  'transform',
  'byName',
];

/** Reads the series of a query: several names joined, or an object with each by its name. */
export async function readSeries(
  timeseries: AnyTimeseries,
  search: URLSearchParams,
  maxBuckets: number,
): Promise<unknown> {
  const parameters = new Parameters(search, SERIES_PARAMETERS, ['name', 'transform']);
  const { timezone } = timeseries;
  const names = parameters.several('name');
  const interval = parameters.required('interval');
  const range = {
    start: parameters.seconds('start', timezone),
    end: parameters.seconds('end', timezone),
    steps: parameters.wholeNumber('steps'),
  };
  const condense = parameters.flag('condense');
  const collapse = parameters.flag('collapse');
  const byName = parameters.flag('byName');
  const transforms = parameters.transforms('transform');
  const [transform, ...others] = transforms;
  const options = { ...range, condense, collapse };

  const { buckets, resolutions } = timeseries.coverage(interval, range);
  const each = condense || collapse ? buckets : resolutions;
  const covered = byName ? each * new Set(names).size : each;
  if (covered > maxBuckets) {
    throw new RequestError(
      400,
      `The series covers ${covered} buckets of "${interval}"; expected at most ${maxBuckets}: ask for less time, or for a coarser interval`,
    );
  }
  // Two calls for the compiler's sake: one transform returns data, several return an object.
  const isSeveral = others.length > 0;
  if (byName) {
    const read = isSeveral
      ? await timeseries.seriesByName(names, interval, { ...options, transform: transforms })
      : await timeseries.seriesByName(names, interval, { ...options, transform });
    return Object.fromEntries(read);
  }
  return isSeveral
    ? timeseries.series(names, interval, { ...options, transform: transforms })
    : timeseries.series(names, interval, { ...options, transform });
}
