import type { TransformName } from '@kairos/core';
import { BadRequest } from './bad-request.js';
import { type BoundCall, bind } from './functions/bind.js';
import type { Range } from './functions/definition.js';
import { functions } from './functions/index.js';
import { transform as transformFunction } from './functions/transform-buckets.js';
import { isTransform } from './point-value.js';
import type { Series } from './series.js';
import type { Call, Expression, PathExpression } from './target-parser.js';

/** A target with its calls bound to functions: what to read, and how to process it. */
export type Plan = Leaf | Node;

/** The series of a path expression. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly path: PathExpression;
  /** The transform of its points; `undefined` for the default. */
  readonly transform: TransformName | undefined;
}

export interface Node {
  readonly kind: 'node';
  readonly call: BoundCall;
  /** The plans of its series arguments, by parameter. */
  readonly inputs: ReadonlyMap<string, readonly Plan[]>;
}

/** A read of a plan: a path expression, from a time that may be before the range. */
export interface Need {
  readonly leaf: Leaf;
  readonly from: number;
}

/** The step of the series of a path expression. */
export type StepOf = (leaf: Leaf) => number;

export function planOf(expression: Expression, transform?: TransformName): Plan {
  if (expression.kind === 'path') return { kind: 'leaf', path: expression, transform };
  if (expression.kind === 'literal') {
    throw new BadRequest(`Target ${expression.text} is a value; expected a path or a function`);
  }
  const call = bind(definitionOf(expression), expression);
  const named = call.definition === transformFunction ? call.args.text('transform') : '';
  const inner = isTransform(named) ? named : transform;
  const inputs = [...call.series].map(
    ([name, given]) => [name, given.map((each) => planOf(each, inner))] as const,
  );
  return { kind: 'node', call, inputs: new Map(inputs) };
}

function definitionOf({ name, position }: Call) {
  const definition = functions.get(name);
  if (definition !== undefined) return definition;
  throw new BadRequest(
    `Function "${name}" at position ${position} is unknown; expected one of ${[...functions.keys()].join(', ')}`,
  );
}

/** The path expressions of a plan. */
export function leavesOf(plan: Plan): Leaf[] {
  return plan.kind === 'leaf' ? [plan] : childrenOf(plan).flatMap(leavesOf);
}

export function needsOf(plan: Plan, from: number, stepOf: StepOf): Need[] {
  if (plan.kind === 'leaf') return [{ leaf: plan, from }];
  const start = startOf(plan, from, stepOf);
  return childrenOf(plan).flatMap((child) => needsOf(child, start, stepOf));
}

/** Runs a plan on the series of its path expressions. */
export function evaluate(
  plan: Plan,
  { from, until }: Range,
  stepOf: StepOf,
  read: (need: Need) => readonly Series[],
): readonly Series[] {
  if (plan.kind === 'leaf') return read({ leaf: plan, from });
  const start = startOf(plan, from, stepOf);
  const { definition, args } = plan.call;
  const inputs = [...plan.inputs].map(([name, plans]) => {
    const series = plans.flatMap((each) => evaluate(each, { from: start, until }, stepOf, read));
    return [name, series] as const;
  });
  return definition.evaluate(args.with(new Map(inputs)), { from, until });
}

function childrenOf(node: Node): Plan[] {
  return [...node.inputs.values()].flat();
}

function startOf({ call, ...node }: Node, from: number, stepOf: StepOf): number {
  const { definition, args } = call;
  if (definition.lookback === undefined) return from;
  const steps = childrenOf({ call, ...node }).map((child) => planStep(child, stepOf));
  return from - definition.lookback(args, Math.max(1, ...steps));
}

function planStep(plan: Plan, stepOf: StepOf): number {
  if (plan.kind === 'leaf') return stepOf(plan);
  const { definition, args } = plan.call;
  if (definition.step !== undefined) return definition.step(args);
  return Math.max(1, ...childrenOf(plan).map((child) => planStep(child, stepOf)));
}
