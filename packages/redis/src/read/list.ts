import type { Retention } from '@kairos/core';
import { textsOf } from '../data.js';
import { shards } from '../layout.js';
import { askWhileMoving } from '../moving.js';
import { listScript } from '../scripts/bounds-scripts.js';
import type { ReaderParts } from './reader.js';

/** Finds the names that have data within their retention. */
export class NameLister {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async list(retention: Retention, prefix: string): Promise<Iterable<string>> {
    const { sender, layout, placements } = this.#parts;
    const pattern = prefix === '' ? '' : `${prefix.replace(/[*?[\\]/g, '\\$&')}*`;
    const args = [pattern, ...placements.argumentsOf(retention)];
    const replies = await Promise.all(
      shards.map((shard) =>
        askWhileMoving(sender, { script: listScript, keys: [layout.names(shard)], args }),
      ),
    );
    return replies.flatMap(textsOf);
  }
}
