import { count } from './count.js';
import type { DataType, TimeseriesType } from './data-type.js';
import { gauge } from './gauge.js';
import { histogram } from './histogram.js';
import { series } from './series.js';
import { set } from './set.js';

/** The five types by name. */
export const dataTypes: { readonly [T in TimeseriesType]: DataType<T> } = {
  series,
  histogram,
  count,
  gauge,
  set,
};
