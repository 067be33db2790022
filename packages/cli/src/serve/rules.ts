import type { TimeseriesType } from '@kairos/core';
import { UsageError } from '../exit-codes.js';

/**
 * A rule that sends lines with a matching path to a timeseries.
 *
 * In `match`, `<field>` and `*` stand for one part of a path or a piece of it; `<<field>>` and `**` stand for
 * any text, including dots. You can use fields in `name`.
 *
 * @example
 * ```ts
 * { match: 'app.<host>.http.status.<code>', timeseries: 'hits', name: ['http', 'http.<code>'] }
 * ```
 */
export interface Rule<N extends string = string> {
  readonly match: string;
  /** The name of a timeseries in the configuration. */
  readonly timeseries: N;
  /** One or more names under which to store the value. Default: the path. */
  readonly name?: string | readonly string[];
  /** Applies the rule only to lines from one listener. */
  readonly from?: ListenerKind;
  /** If `true`, later rules skip lines that match this one. */
  readonly last?: boolean;
}

export type ListenerKind = 'carbon' | 'statsd';

/** The kind of a line. Carbon sends only values; statsd names the kind. */
export type Kind = 'value' | 'count' | 'gauge' | 'histogram' | 'set';

/** The timeseries and the name to store a line under. */
export interface Target {
  readonly timeseries: string;
  readonly name: string;
}

/** The types of the served timeseries, by name. */
export type Types = ReadonlyMap<string, TimeseriesType>;

/** The types of timeseries that can store each kind. */
const fitting: Readonly<Record<Kind, readonly TimeseriesType[]>> = {
  value: ['series', 'histogram', 'count', 'gauge', 'set'],
  count: ['count'],
  gauge: ['gauge', 'series'],
  histogram: ['histogram', 'series'],
  set: ['set'],
};

interface Compiled {
  readonly pattern: RegExp;
  readonly timeseries: string;
  readonly type: TimeseriesType;
  /** `null` to use the path. */
  readonly names: readonly (readonly Piece[])[] | null;
  readonly from: ListenerKind | undefined;
  readonly last: boolean;
}

/** A piece of a name: literal text, or the number of a field. */
type Piece = string | number;

/** The rules of a configuration, checked. */
export class Rules {
  readonly #rules: readonly Compiled[];

  /**
   * `served` are the timeseries that may receive lines; `known` are those that a rule may name. Rules for
   * others than the served ones are ignored.
   */
  constructor(rules: readonly Rule[], served: Types, known: readonly string[] = [...served.keys()]) {
    this.#rules = rules.flatMap((rule, index) => compile(rule, `rules[${index}]`, served, known) ?? []);
  }

  /**
   * The targets of a line. Empty if no rule matches, or if no matching rule has a timeseries of a suitable
   * type.
   */
  targetsOf(path: string, kind: Kind): Target[] {
    const from: ListenerKind = kind === 'value' ? 'carbon' : 'statsd';
    const targets: Target[] = [];
    for (const { pattern, timeseries, type, names, last, ...rule } of this.#rules) {
      if (rule.from !== undefined && rule.from !== from) continue;
      if (!fitting[kind].includes(type)) continue;
      const fields = pattern.exec(path);
      if (fields === null) continue;
      const made = names === null ? [path] : names.map((pieces) => nameOf(pieces, fields));
      for (const name of new Set(made)) targets.push({ timeseries, name });
      if (last) break;
    }
    return targets;
  }
}

/**
 * The rules if the configuration has none: a line keeps its path, and goes to the only timeseries (Carbon) or
 * the only one of a suitable type (statsd).
 */
export function defaultRules(served: Types, listeners: readonly ListenerKind[]): Rule[] {
  if (listeners.includes('carbon') && served.size > 1) {
    throw new UsageError(
      `Option --carbon has ${served.size} timeseries to choose from; expected one timeseries, or rules in the configuration`,
    );
  }
  if (listeners.includes('statsd')) refuseTwins(served);
  return [...served.keys()].map((timeseries) => ({ match: '**', timeseries }));
}

/** Without rules, each statsd line must have exactly one possible target. */
function refuseTwins(served: Types): void {
  for (const kind of ['count', 'gauge', 'histogram', 'set'] as const) {
    const fits = [...served].filter(([, type]) => fitting[kind].includes(type)).map(([name]) => name);
    if (fits.length < 2) continue;
    throw new UsageError(
      `Option --statsd may send a ${kind} to ${fits.join(' or ')}; expected one that fits, or rules in the configuration`,
    );
  }
}

function compile(rule: Rule, title: string, served: Types, known: readonly string[]): Compiled | undefined {
  checkShape(rule, title);
  const { match, timeseries, name, from, last = false } = rule;
  if (!known.includes(timeseries)) {
    throw new UsageError(
      `${title}.timeseries is ${JSON.stringify(timeseries)}; expected one of ${known.join(', ')}`,
    );
  }
  const type = served.get(timeseries);
  const { pattern, fields } = compilePattern(match, title);
  const templates = name === undefined ? null : typeof name === 'string' ? [name] : name;
  const names = templates?.map((each) => compileName(each, fields, title)) ?? null;
  return type === undefined ? undefined : { pattern, timeseries, type, names, from, last };
}

/** The configuration is JavaScript, so nobody may have checked its types. */
function checkShape({ match, name, from, last }: Partial<Record<keyof Rule, unknown>>, title: string): void {
  const expect = (holds: boolean, option: string, value: unknown, expected: string) => {
    if (!holds) throw new UsageError(`${title}.${option} is ${JSON.stringify(value)}; expected ${expected}`);
  };
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  expect(isText(match), 'match', match, 'a pattern such as "app.<host>.http.<code>"');
  const names = Array.isArray(name) ? name : name === undefined ? ['path'] : [name];
  expect(
    names.length > 0 && names.every(isText),
    'name',
    name,
    'a name such as "http.<code>", or an array of them',
  );
  expect(from === undefined || from === 'carbon' || from === 'statsd', 'from', from, '"carbon" or "statsd"');
  expect(last === undefined || typeof last === 'boolean', 'last', last, 'true or false');
}

const FIELD = /<<([A-Za-z][\w-]*)>>|<([A-Za-z][\w-]*)>/;
const WILDCARD = new RegExp(`${FIELD.source}|\\*\\*|\\*`, 'g');

function compilePattern(match: string, title: string): { pattern: RegExp; fields: string[] } {
  const fields: string[] = [];
  let source = '';
  let end = 0;
  for (const found of match.matchAll(WILDCARD)) {
    const [text, deep, field = deep] = found;
    source += escaped(match.slice(end, found.index));
    end = found.index + text.length;
    if (field === undefined) {
      source += text === '**' ? '.*' : '[^.]*';
      continue;
    }
    if (fields.includes(field)) {
      throw new UsageError(`${title}.match has <${field}> twice; expected each field once`);
    }
    fields.push(field);
    source += deep === undefined ? '([^.]+)' : '(.+)';
  }
  return { pattern: new RegExp(`^${source}${escaped(match.slice(end))}$`, 's'), fields };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function compileName(name: string, fields: readonly string[], title: string): Piece[] {
  // The pattern has two groups, so splitting yields: text, deep field, field, text, …
  const parts = name.split(FIELD);
  const pieces: Piece[] = [];
  for (let index = 0; index < parts.length; index += 3) {
    const [text = '', deep, field = deep] = parts.slice(index, index + 3);
    if (text !== '') pieces.push(text);
    if (field === undefined) continue;
    const number = fields.indexOf(field);
    if (number === -1) {
      const known = fields.length === 0 ? 'a name without fields' : `one of <${fields.join('>, <')}>`;
      throw new UsageError(`${title}.name has <${field}>, which its match lacks; expected ${known}`);
    }
    pieces.push(number);
  }
  return pieces;
}

function nameOf(pieces: readonly Piece[], fields: RegExpExecArray): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : fields[piece + 1])).join('');
}
