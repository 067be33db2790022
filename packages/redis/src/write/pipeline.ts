import type { ChainableCommander } from 'ioredis';
import type { Script } from '../script.js';
import type { Call } from '../sender.js';

/** Adds calls to pipelines of the user's. */
export class Pipelines {
  /** For each pipeline, the scripts whose text it holds already. */
  readonly #known = new WeakMap<ChainableCommander, Set<Script>>();

  /** The first time in a pipeline a script goes with its text, since nothing can be sent again later. */
  add(pipeline: ChainableCommander, { script, keys, args }: Call): void {
    const known = this.#known.get(pipeline) ?? new Set<Script>();
    this.#known.set(pipeline, known);
    if (known.has(script)) {
      pipeline.evalsha(script.sha, keys.length, ...keys, ...args);
    } else {
      known.add(script);
      pipeline.eval(script.lua, keys.length, ...keys, ...args);
    }
  }
}
