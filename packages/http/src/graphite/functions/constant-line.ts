import { regularGrid } from '../series.js';
import type { FunctionDefinition } from './definition.js';

/** The function that Grafana requests to test a data source. */
export const constantLine: FunctionDefinition = {
  name: 'constantLine',
  group: 'Special',
  description: 'One value over the whole range.',
  params: [{ name: 'value', type: 'float', required: true }],
  evaluate: (args, { from, until }) => {
    const value = args.number('value');
    const name = Number.isInteger(value) ? value.toFixed(1) : String(value);
    const step = Math.floor((until - from) / 2);
    const grid = { ...regularGrid(from, step, 3), times: [from, from + step, until] };
    return [{ name, path: name, source: name, grid, values: [value, value, value] }];
  },
};
