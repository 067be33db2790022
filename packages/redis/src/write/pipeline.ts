import type { ChainableCommander } from 'ioredis';
import type { Script } from '../script.js';
import type { Call } from '../sender.js';

/** Adds calls to the user's pipelines. */
export class Pipelines {
  /** For each pipeline, the scripts whose text it contains. */
  readonly #known = new WeakMap<ChainableCommander, Set<Script>>();

  /** The first call of a script in a pipeline includes its text, since nothing can be resent later. */
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
