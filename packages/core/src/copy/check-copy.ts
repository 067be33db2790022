import { createSchema, type SchemaOptions } from '../schema/schema.js';
import type { Timeseries } from '../timeseries.js';
import type { TimeseriesTypes } from '../timeseries-types.js';
import type { TimeseriesType } from '../types/data-type.js';
import type { CopyPlanOptions } from './options.js';
import { namesAndPlan } from './task.js';

/**
 * Checks a copy before you open the target, because opening records the target's intervals. Rejects with a
 * `ConfigurationError` if one of them cannot be made, like `copyTimeseries`.
 *
 * @example
 * ```ts
 * const options = { type: 'count', intervals: { hour: { step: 3600 } } } as const;
 * await checkCopy(from, options);
 * await copyTimeseries(from, await kairos.timeseries('sqlite:hours.db', options));
 * ```
 */
export async function checkCopy<S extends TimeseriesTypes>(
  from: Timeseries<S>,
  to: SchemaOptions<TimeseriesType>,
  options: Pick<CopyPlanOptions<S>, 'intervals' | 'names'> = {},
): Promise<void> {
  await namesAndPlan(from, createSchema(to), options);
}
