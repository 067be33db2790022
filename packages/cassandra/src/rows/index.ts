import type { TimeseriesType } from '@kairos/core';
import type { ValueType } from '../values/value-type.js';
import { countRows, histogramRows } from './counters.js';
import { deltaRows, gaugeRows, seriesRows, setRows } from './inserted.js';
import type { RowForm } from './row-form.js';

interface FormOptions {
  readonly valueType: ValueType;
  readonly floatingCounts: boolean;
}

const forms: { readonly [T in TimeseriesType]: (options: FormOptions) => RowForm<T> } = {
  series: ({ valueType }) => seriesRows(valueType),
  histogram: ({ valueType }) => histogramRows(valueType),
  count: ({ floatingCounts }) => (floatingCounts ? deltaRows : countRows),
  gauge: ({ valueType }) => gaugeRows(valueType),
  set: ({ valueType }) => setRows(valueType),
};

/** The form of the rows of a timeseries of this type. */
export function formOf<T extends TimeseriesType>(type: T, options: FormOptions): RowForm<T> {
  return forms[type](options);
}
