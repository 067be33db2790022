import type { Series } from '../series.js';
import type { Arguments } from './arguments.js';
import type { Parameter } from './parameter.js';

/** The requested range of a target, in Unix seconds. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

/** A function of targets. */
export interface FunctionDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The group in which editors list it. */
  readonly group: 'Alias' | 'Calculate' | 'Combine' | 'Filter Series' | 'Sorting' | 'Special' | 'Transform';
  readonly description: string;
  readonly params: readonly Parameter[];
  /** How many seconds before the range it needs, given its argument's step. */
  readonly lookback?: (args: Arguments, step: number) => number;
  /** The step of its result, if it differs from its argument's. */
  readonly step?: (args: Arguments) => number;
  evaluate(args: Arguments, range: Range): Series[];
}
