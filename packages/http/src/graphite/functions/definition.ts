import type { Series } from '../series.js';
import type { Arguments } from './arguments.js';
import type { Parameter } from './parameter.js';

/** The range that a target is asked for, in Unix seconds. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

/** A function of targets. */
export interface FunctionDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Where an editor lists it. */
  readonly group: 'Alias' | 'Calculate' | 'Combine' | 'Filter Series' | 'Sorting' | 'Special' | 'Transform';
  readonly description: string;
  readonly params: readonly Parameter[];
  /** Seconds before the range that it needs to see, given the step of what it is called with. */
  readonly lookback?: (args: Arguments, step: number) => number;
  /** The step of what it returns, where it is not that of what it is called with. */
  readonly step?: (args: Arguments) => number;
  evaluate(args: Arguments, range: Range): Series[];
}
