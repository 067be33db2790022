import { aggregations } from '../aggregations.js';
import { BadRequest } from '../bad-request.js';
import { isTransform } from '../point-value.js';
import type { Call, Expression } from '../target-parser.js';
import { offsetSeconds } from '../time.js';
import { Arguments, type Scalar } from './arguments.js';
import type { FunctionDefinition } from './definition.js';
import type { Parameter } from './parameter.js';

/** A call whose arguments are bound to the parameters of its function. */
export interface BoundCall {
  readonly definition: FunctionDefinition;
  /** Its arguments, before its series are evaluated. */
  readonly args: Arguments;
  /** The expressions of its series arguments, by parameter. */
  readonly series: ReadonlyMap<string, readonly Expression[]>;
}

/** Binds arguments to parameters. Throws `BadRequest` if one is missing, unknown or of another type. */
export function bind(definition: FunctionDefinition, call: Call): BoundCall {
  const refuse = (problem: string): never => {
    throw new BadRequest(`Function "${call.name}" at position ${call.position} ${problem}`);
  };
  const given = new Map<Parameter, Expression[]>();
  let next = 0;
  for (const { name, value } of call.args) {
    const parameter =
      name === undefined ? definition.params[next] : definition.params.find((each) => each.name === name);
    if (parameter === undefined) {
      return refuse(
        name === undefined
          ? `has ${call.args.length} arguments; expected ${signatureOf(definition)}`
          : `has no parameter "${name}"; expected ${signatureOf(definition)}`,
      );
    }
    if (name === undefined && parameter.multiple !== true) next++;
    const values = given.get(parameter) ?? [];
    if (values.length > 0 && parameter.multiple !== true) return refuse(`has "${parameter.name}" twice`);
    given.set(parameter, [...values, value]);
  }
  const scalars = new Map<string, Scalar[]>();
  const series = new Map<string, readonly Expression[]>();
  for (const parameter of definition.params) {
    const values = given.get(parameter) ?? [];
    if (values.length === 0 && parameter.required === true) {
      return refuse(`has no "${parameter.name}"; expected ${signatureOf(definition)}`);
    }
    if (parameter.type === 'seriesList') series.set(parameter.name, checkSeries(parameter, values, refuse));
    else {
      const checked = values.flatMap((value) => {
        const scalar = checkScalar(parameter, value, refuse);
        return scalar === null ? [] : [scalar];
      });
      const missing = checked.length === 0 && parameter.default !== undefined;
      scalars.set(parameter.name, missing ? [parameter.default ?? null] : checked);
    }
  }
  return { definition, args: new Arguments(scalars, new Map(), refuse), series };
}

/** The signature of a function: `summarize(seriesList, intervalString, [func], [alignToFrom])`. */
export function signatureOf({ name, params }: FunctionDefinition): string {
  const listed = params.map((each) => {
    const label = each.multiple === true ? `${each.name}…` : each.name;
    return each.required === true ? label : `[${label}]`;
  });
  return `${name}(${listed.join(', ')})`;
}

type Refuse = (problem: string) => never;

function checkSeries(
  parameter: Parameter,
  values: readonly Expression[],
  refuse: Refuse,
): readonly Expression[] {
  const literal = values.find((value) => value.kind === 'literal');
  return literal === undefined
    ? values
    : refuse(`has ${literal.text} for "${parameter.name}"; expected series`);
}

/** The value of an argument of a parameter's type; `null` for `None`. */
function checkScalar(parameter: Parameter, { kind, ...rest }: Expression, refuse: Refuse): Scalar {
  const text = rest.text;
  const value = 'value' in rest ? rest.value : kind === 'path' ? text : undefined;
  const wrong = (expected: string) => refuse(`has ${text} for "${parameter.name}"; expected ${expected}`);
  if (value === undefined) return wrong(EXPECTED[parameter.type]);
  if (value === null) return null;
  const checked = CHECKS[parameter.type](value, kind === 'literal');
  return checked ?? wrong(EXPECTED[parameter.type]);
}

const EXPECTED: Readonly<Record<Parameter['type'], string>> = {
  seriesList: 'series',
  integer: 'a whole number',
  float: 'a number',
  intOrInf: 'a whole number or inf',
  string: 'a string in quotes',
  boolean: 'true or false',
  interval: 'an interval such as "5min" or "1h"',
  intOrInterval: 'a positive whole number of points, or an interval such as "5min" or "1h"',
  aggFunc: `one of ${[...aggregations.keys()].join(', ')}`,
  nodeOrTag: 'the number of a node, from 0',
  transform: 'mean, count, min, max, sum, rate, median, stddev, distinct, or a percentile such as "p95"',
};

type Check = (value: number | string | boolean, literal: boolean) => Scalar | undefined;

const wholeNumber: Check = (value) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? number : undefined;
};
const number: Check = (value) => {
  const converted = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof converted === 'number' && Number.isFinite(converted) ? converted : undefined;
};
const interval: Check = (value, literal) => {
  const seconds = literal && typeof value === 'string' ? (offsetSeconds(value) ?? 0) : 0;
  return seconds > 0 ? value : undefined;
};
const text: Check = (value, literal) => (literal && typeof value === 'string' ? value : undefined);

const CHECKS: Readonly<Record<Parameter['type'], Check>> = {
  seriesList: () => undefined,
  integer: wholeNumber,
  float: number,
  intOrInf: (value, literal) =>
    typeof value === 'string' && /^inf(inity)?$/i.test(value) ? Infinity : wholeNumber(value, literal),
  string: text,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  interval,
  intOrInterval: (value, literal) => {
    if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : undefined;
    return interval(value, literal);
  },
  aggFunc: (value, literal) => {
    const name = text(value, literal);
    return typeof name === 'string' && aggregations.has(name) ? name : undefined;
  },
  nodeOrTag: (value) => {
    const node = wholeNumber(value, true);
    return node ?? (value === 'name' ? value : undefined);
  },
  transform: (value, literal) => {
    const name = text(value, literal);
    return typeof name === 'string' && isTransform(name) ? name : undefined;
  },
};
