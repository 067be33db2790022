/** The kind of argument that a parameter takes, by Graphite's names. */
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
  /** Takes all remaining arguments. */
  readonly multiple?: boolean;
  readonly default?: number | string | boolean;
  readonly options?: readonly string[];
  readonly suggestions?: readonly (number | string)[];
}

/** The parameter for a function's series. */
export const SERIES_LIST: Parameter = { name: 'seriesList', type: 'seriesList', required: true };
