import { BadRequest } from './bad-request.js';

/** A parsed target. `text` is the part of the target that it was parsed from. */
export type Expression = PathExpression | Call | Literal;

/** Names, possibly with wildcards: `hits.{home,about}`. */
export interface PathExpression {
  readonly kind: 'path';
  readonly text: string;
  /** The pattern, in which a backslash escapes the next character. */
  readonly pattern: string;
}

/** A function with its arguments: `scale(hits.home, 60)`. */
export interface Call {
  readonly kind: 'call';
  readonly text: string;
  readonly name: string;
  /** The position of the call in the target, from 1. */
  readonly position: number;
  readonly args: readonly Argument[];
}

export interface Argument {
  /** The name of a named argument: `alignToFrom=true`. */
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
  readonly value: number | string | boolean | null;
}

const MOST_NESTED = 100;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NAME = /^[A-Za-z_]\w*$/;
const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['none', null],
]);

/**
 * Parses a target. Throws `BadRequest` with the position of the error.
 *
 * @example
 * ```ts
 * parseTarget("alias(scale(hits.*, 60), 'per hour')");
 * ```
 */
export function parseTarget(target: string): Expression {
  const parser = new Parser(target);
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  expression(depth: number): Expression {
    if (depth > MOST_NESTED) this.#fail(`at most ${MOST_NESTED} calls within one another`);
    this.#skipSpace();
    const start = this.#at;
    const next = this.#text[start];
    if (next === '"' || next === "'") return this.#quoted(next);
    const word = this.#word();
    if (this.#text[this.#at] === '(') {
      if (!NAME.test(word)) this.#fail('the name of a function before "("', start);
      return this.#call(word, start, depth);
    }
    return atom(word);
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('the end of the target');
  }

  #call(name: string, start: number, depth: number): Call {
    this.#at++;
    const args: Argument[] = [];
    this.#skipSpace();
    if (this.#text[this.#at] === ')') this.#at++;
    else {
      do args.push(this.#argument(depth + 1));
      while (this.#separator());
    }
    return { kind: 'call', text: this.#text.slice(start, this.#at), name, position: start + 1, args };
  }

  /** Whether another argument follows. */
  #separator(): boolean {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next !== ',' && next !== ')') this.#fail('"," or ")"');
    this.#at++;
    return next === ',';
  }

  #argument(depth: number): Argument {
    this.#skipSpace();
    const [given, name] = /^([A-Za-z_]\w*)\s*=(?!=)/.exec(this.#text.slice(this.#at, this.#at + 100)) ?? [];
    if (given !== undefined) this.#at += given.length;
    return { name, value: this.expression(depth) };
  }

  #quoted(quote: string): Literal {
    const start = this.#at++;
    let value = '';
    while (this.#at < this.#text.length) {
      const next = this.#text[this.#at++] ?? '';
      if (next === quote) {
        return { kind: 'literal', text: this.#text.slice(start, this.#at), value };
      }
      const escapes = next === '\\' && this.#text[this.#at] === quote;
      value += escapes ? this.#text[this.#at++] : next;
    }
    return this.#fail(`a closing ${quote}`);
  }

  /** The characters of a path, a number or the name of a function. Commas count only within braces. */
  #word(): string {
    const start = this.#at;
    let braces = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const next = this.#text[this.#at] ?? '';
      if (next === '\\') this.#at++;
      else if (next === '{') braces++;
      else if (next === '}') {
        if (braces-- === 0) this.#fail('no "}" without a "{" before it');
      } else if (/[\s()"']/.test(next) || (next === ',' && braces === 0)) break;
    }
    this.#at = Math.min(this.#at, this.#text.length);
    if (braces > 0) this.#fail('a closing "}"');
    if (this.#at === start) this.#fail('a path, a function, a number or a string');
    return this.#text.slice(start, this.#at);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #fail(expected: string, at = this.#at): never {
    const found = at < this.#text.length ? `"${this.#text.slice(at, at + 20)}"` : 'the end';
    throw new BadRequest(
      `Target ${JSON.stringify(shorten(this.#text))} has ${found} at position ${at + 1}; expected ${expected}`,
    );
  }
}

function atom(word: string): PathExpression | Literal {
  if (NUMBER.test(word)) return { kind: 'literal', text: word, value: Number(word) };
  const constant = CONSTANTS.get(word.toLowerCase());
  if (constant !== undefined) return { kind: 'literal', text: word, value: constant };
  return { kind: 'path', text: word, pattern: word };
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
