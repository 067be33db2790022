import type { Kind, Rules } from './rules.js';
import type { Served } from './served.js';

/** The timeseries and names that a line goes to. */
export interface Route {
  readonly served: Served;
  readonly name: string;
}

/** Maximum number of cached paths. Beyond it, the cache is cleared. */
const MOST_PATHS = 100_000;

/** Caches the targets of each path, because paths recur. */
export class Router {
  readonly #rules: Rules;
  readonly #served: ReadonlyMap<string, Served>;
  readonly #remembered = new Map<Kind, Map<string, readonly Route[]>>();

  constructor(rules: Rules, served: ReadonlyMap<string, Served>) {
    this.#rules = rules;
    this.#served = served;
  }

  routesOf(path: string, kind: Kind): readonly Route[] {
    const ofKind = this.#ofKind(kind);
    const known = ofKind.get(path);
    if (known !== undefined) return known;
    // A copy: a slice would keep the whole chunk of the socket in memory.
    const own = Buffer.from(path).toString();
    const routes = this.#rules.targetsOf(own, kind).flatMap(({ timeseries, name }) => {
      const served = this.#served.get(timeseries);
      return served === undefined ? [] : [{ served, name }];
    });
    if (ofKind.size >= MOST_PATHS) ofKind.clear();
    ofKind.set(own, routes);
    return routes;
  }

  #ofKind(kind: Kind): Map<string, readonly Route[]> {
    const found = this.#remembered.get(kind);
    if (found !== undefined) return found;
    const made = new Map<string, readonly Route[]>();
    this.#remembered.set(kind, made);
    return made;
  }
}
