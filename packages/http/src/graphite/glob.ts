import { BadRequest } from './bad-request.js';

/** One token of a pattern: a character, any character, any number of them, or one of a class. */
type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'many' }
  | {
      readonly kind: 'class';
      readonly ranges: readonly (readonly [string, string])[];
      readonly not: boolean;
    };

const MOST_ALTERNATIVES = 1000;
const MOST_BRACES = 100;

/**
 * A pattern of names, node by node: `*` is any text within a node, `?` any character, `[a-z]` one of a class
 * (`[!a-z]` one outside it), `{home,about}` either. A backslash escapes the next character.
 *
 * @example
 * ```ts
 * const glob = new Glob('hits.{home,about}.*');
 * glob.matches(['hits', 'home', 'mobile']); // true
 * ```
 */
export class Glob {
  readonly #alternatives: readonly (readonly (readonly Token[])[])[];
  readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
    if (pattern.split('{').length > MOST_BRACES) {
      throw new BadRequest(`A pattern has more than ${MOST_BRACES} braces: ${pattern.slice(0, 100)}…`);
    }
    this.#alternatives = alternativesOf(pattern).map(nodesOf);
  }

  /** The possible numbers of nodes in matching names. */
  get lengths(): ReadonlySet<number> {
    return new Set(this.#alternatives.map((nodes) => nodes.length));
  }

  /** The only matching path, if the pattern has no wildcards. */
  get literal(): string | undefined {
    const [only, ...others] = this.#alternatives;
    if (only === undefined || others.length > 0) return undefined;
    const texts = only.map(literalOf);
    return texts.some((text) => text === undefined) ? undefined : texts.join('.');
  }

  matches(nodes: readonly string[]): boolean {
    return this.#alternatives.some(
      (tokens) =>
        tokens.length === nodes.length && tokens.every((each, at) => matchesNode(each, nodes[at] ?? '')),
    );
  }

  /** The patterns for the rest of a path that starts with some nodes. */
  after(nodes: readonly string[]): readonly Rest[] {
    return this.#alternatives
      .filter(
        (tokens) =>
          tokens.length >= nodes.length && nodes.every((node, at) => matchesNode(tokens[at] ?? [], node)),
      )
      .map((tokens) => new Rest(tokens.slice(nodes.length)));
  }
}

/** The rest of an alternative of a pattern, after its first nodes. */
export class Rest {
  readonly #nodes: readonly (readonly Token[])[];

  constructor(nodes: readonly (readonly Token[])[]) {
    this.#nodes = nodes;
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** The common prefix of all matching names. */
  get prefix(): string {
    let prefix = '';
    for (const [at, node] of this.#nodes.entries()) {
      if (at > 0) prefix += '.';
      for (const token of node) {
        if (token.kind !== 'character') return prefix;
        prefix += token.character;
      }
    }
    return prefix;
  }

  /** The only matching text, if there are no wildcards. */
  get literal(): string | undefined {
    return this.#nodes.every((node) => literalOf(node) !== undefined) ? this.prefix : undefined;
  }

  matches(nodes: readonly string[]): boolean {
    return nodes.length === this.#nodes.length && this.matchesStart(nodes);
  }

  /** Whether the pattern matches the first nodes of a name. */
  matchesStart(nodes: readonly string[]): boolean {
    return (
      nodes.length >= this.#nodes.length &&
      this.#nodes.every((each, at) => matchesNode(each, nodes[at] ?? ''))
    );
  }
}

/** Expands the braces of a pattern: `a{b,c}` becomes `ab` and `ac`. */
function alternativesOf(pattern: string): string[] {
  const open = indexOfPlain(pattern, '{', 0);
  if (open < 0) return [pattern];
  const parts: string[] = [];
  let start = open + 1;
  let depth = 1;
  let at = start;
  for (; at < pattern.length && depth > 0; at++) {
    const next = pattern[at];
    if (next === '\\') at++;
    else if (next === '{') depth++;
    else if (next === '}') depth--;
    if ((next === ',' && depth === 1) || depth === 0) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
  }
  if (depth > 0) throw new BadRequest(`Pattern ${JSON.stringify(pattern)} has a "{" without a "}"`);
  const [head, tail] = [pattern.slice(0, open), alternativesOf(pattern.slice(at))];
  const bodies = parts.flatMap(alternativesOf);
  if (bodies.length * tail.length > MOST_ALTERNATIVES) {
    throw new BadRequest(
      `Pattern ${JSON.stringify(pattern)} has more than ${MOST_ALTERNATIVES} alternatives`,
    );
  }
  return [...new Set(bodies.flatMap((body) => tail.map((rest) => head + body + rest)))];
}

function indexOfPlain(text: string, wanted: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === wanted) return at;
  }
  return -1;
}

function nodesOf(pattern: string): Token[][] {
  const nodes: Token[][] = [[]];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const node = nodes.at(-1) ?? [];
    const next = characters[at] ?? '';
    if (next === '\\' && at + 1 < characters.length) {
      node.push({ kind: 'character', character: characters[++at] ?? '' });
    } else if (next === '.') nodes.push([]);
    else if (next === '*') {
      if (node.at(-1)?.kind !== 'many') node.push({ kind: 'many' });
    } else if (next === '?') node.push({ kind: 'any' });
    else {
      const found = next === '[' ? classAt(characters, at) : undefined;
      node.push(found?.token ?? { kind: 'character', character: next });
      at = found?.end ?? at;
    }
  }
  return nodes;
}

/** The class that begins at a "[", and its end; `undefined` if the node has no "]" after it. */
function classAt(characters: readonly string[], open: number): { token: Token; end: number } | undefined {
  const not = characters[open + 1] === '!';
  const first = open + (not ? 2 : 1);
  const close = characters.indexOf(']', first + 1);
  const dot = characters.indexOf('.', first);
  if (close < 0 || (dot >= 0 && dot < close)) return undefined;
  const ranges: [string, string][] = [];
  for (let at = first; at < close; at++) {
    const from = characters[at] ?? '';
    const isRange = characters[at + 1] === '-' && at + 2 < close;
    ranges.push([from, isRange ? (characters[at + 2] ?? from) : from]);
    if (isRange) at += 2;
  }
  return { token: { kind: 'class', ranges, not }, end: close };
}

function literalOf(node: readonly Token[]): string | undefined {
  let text = '';
  for (const token of node) {
    if (token.kind !== 'character') return undefined;
    text += token.character;
  }
  return text;
}

/** Backtracks only to the last `*`, so that matching takes at most the product of both lengths. */
function matchesNode(tokens: readonly Token[], node: string): boolean {
  const characters = [...node];
  let [token, at] = [0, 0];
  let [star, after] = [-1, 0];
  while (at < characters.length) {
    const next = tokens[token];
    if (next?.kind === 'many') {
      star = token++;
      after = at;
    } else if (next !== undefined && takes(next, characters[at] ?? '')) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++after;
    } else return false;
  }
  while (tokens[token]?.kind === 'many') token++;
  return token === tokens.length;
}

function takes(token: Token, character: string): boolean {
  if (token.kind === 'character') return token.character === character;
  if (token.kind === 'class') {
    return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.not;
  }
  return token.kind === 'any';
}
