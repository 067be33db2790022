import { indexKey, type Layout, shardOf, shards } from './layout.js';
import { askWhileMoving } from './moving.js';
import type { IntervalsRecord } from './record.js';
import { removeScript, removeShardScript } from './scripts/remove-scripts.js';
import type { Call, Sender } from './sender.js';

/** Deletes data in steps, so that no call holds up the server for long. */
export class Eraser {
  readonly #sender: Sender;
  readonly #layout: Layout;
  readonly #record: IntervalsRecord;

  constructor(sender: Sender, layout: Layout, record: IntervalsRecord) {
    this.#sender = sender;
    this.#layout = layout;
    this.#record = record;
  }

  async deleteName(name: string): Promise<void> {
    const names = this.#layout.names(shardOf(name));
    await this.#untilDone({ script: removeScript, keys: [names, indexKey(names, name)], args: [name] });
  }

  async deleteAll(): Promise<void> {
    await Promise.all(
      shards.map((shard) =>
        this.#untilDone({ script: removeShardScript, keys: [this.#layout.names(shard)], args: [] }),
      ),
    );
    // Last, so that no data is left without its record.
    await this.#record.remove();
  }

  async #untilDone(call: Call): Promise<void> {
    while (Number(await askWhileMoving(this.#sender, call)) === 1);
  }
}
