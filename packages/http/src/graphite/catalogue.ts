import type { AnyTimeseries } from '@kairos/core';
import type { Context } from '../context.js';
import { Glob } from './glob.js';

/** The names of a timeseries that match a path expression. */
export interface Match {
  /** The name that the timeseries is served under. */
  readonly key: string;
  readonly timeseries: AnyTimeseries;
  readonly names: readonly string[];
  /** Whether the names are known to exist. */
  readonly listed: boolean;
}

/** Finds the timeseries and names that match patterns, and requests each list of names once. */
export class Catalogue {
  readonly #context: Context;
  readonly #lists = new Map<string, Promise<string[]>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** The names that a pattern matches, sorted, by timeseries. A name without wildcards is not looked up. */
  async match(pattern: string): Promise<Match[]> {
    const glob = new Glob(pattern);
    const matches: Match[] = [];
    for (const [key, timeseries] of this.#sorted()) {
      const rests = glob.after(key.split('.')).filter((rest) => rest.length > 0);
      if (rests.length === 0) continue;
      const literals = rests.map((rest) => rest.literal);
      if (literals.every((literal) => literal !== undefined)) {
        const names = [...new Set(literals)].filter((name) => name !== '').sort();
        matches.push({ key, timeseries, names, listed: false });
        continue;
      }
      const found = new Set<string>();
      for (const rest of rests) {
        for (const name of await this.list(key, rest.prefix))
          if (rest.matches(name.split('.'))) found.add(name);
      }
      matches.push({ key, timeseries, names: [...found].sort(), listed: true });
    }
    return matches.filter(({ names }) => names.length > 0);
  }

  /** The names of a timeseries that begin with a prefix. */
  list(key: string, prefix: string): Promise<string[]> {
    const known = JSON.stringify([key, prefix]);
    let names = this.#lists.get(known);
    if (names === undefined) {
      names = this.#context.timeseries.get(key)?.list({ prefix }) ?? Promise.resolve([]);
      this.#lists.set(known, names);
    }
    return names;
  }

  /** The nodes at the level of a pattern, sorted: first those with nodes below, then names. */
  async find(pattern: string): Promise<FoundNode[]> {
    const glob = new Glob(pattern);
    const found = new Map<string, FoundNode>();
    const add = (path: string, leaf: boolean) => {
      const text = path.slice(path.lastIndexOf('.') + 1);
      found.set(JSON.stringify([path, leaf]), { path, text, leaf });
    };
    for (const [key] of this.#sorted()) {
      const nodes = key.split('.');
      for (const length of glob.lengths) {
        const branch = nodes.slice(0, length);
        if (length <= nodes.length && glob.matches(branch)) add(branch.join('.'), false);
      }
      for (const rest of glob.after(nodes)) {
        if (rest.length === 0) continue;
        for (const name of await this.list(key, rest.prefix)) {
          const below = name.split('.');
          if (!rest.matchesStart(below)) continue;
          add([key, ...below.slice(0, rest.length)].join('.'), below.length === rest.length);
        }
      }
    }
    return [...found.values()].sort((a, b) => Number(a.leaf) - Number(b.leaf) || compare(a.path, b.path));
  }

  #sorted(): [string, AnyTimeseries][] {
    return [...this.#context.timeseries].sort(([a], [b]) => compare(a, b));
  }
}

/** A node of the tree of names. */
export interface FoundNode {
  readonly path: string;
  /** The last part of the path. */
  readonly text: string;
  /** Whether it is a name; otherwise it has nodes below it. A name with others below it is two nodes. */
  readonly leaf: boolean;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
