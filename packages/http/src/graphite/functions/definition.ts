import type { Series } from '../series.js';
import type { Arguments } from './arguments.js';

/** What kind of argument a parameter takes, by the names that Graphite's description of functions gives them. */
export type ParameterType =
  | 'seriesList'
  | 'integer'
  | 'float'
  | 'intOrInf'
  | 'string'
  | 'boolean'
  | 'interval'
  | 'intOrInterval'
  | 'aggFunc'
  | 'nodeOrTag'
  | 'transform';

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required?: boolean;
  /** Takes all arguments that are left. */
  readonly multiple?: boolean;
  readonly default?: number | string | boolean;
  readonly options?: readonly string[];
  readonly suggestions?: readonly (number | string)[];
}

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

/** A parameter for the series that a function is about. */
export const SERIES_LIST: Parameter = { name: 'seriesList', type: 'seriesList', required: true };
