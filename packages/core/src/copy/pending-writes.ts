import type { BucketWrite } from '../adapter.js';
import { StorageError } from '../errors.js';
import { messageOf } from '../store/call-store.js';
import type { Store } from '../store/store.js';
import type { Interval } from '../time/interval.js';
import { Placing } from '../write/placing.js';
import { sizeOf } from './pieces.js';
import type { Remade } from './remaking.js';

/** Limits of one write. */
const MOST_BUCKETS = 4096;
const MOST_VALUES = 65_536;

/** Collects bucket writes to send, with each bucket once. */
export class PendingWrites {
  readonly #target: Store;
  readonly #doing: string;
  #writes: BucketWrite[] = [];
  #values = 0;

  constructor(target: Store, doing: string) {
    this.#target = target;
    this.#doing = doing;
  }

  /** Whether it is time to send the writes. */
  get full(): boolean {
    return this.#writes.length >= MOST_BUCKETS || this.#values >= MOST_VALUES;
  }

  /** Adds a bucket, unless it is past its retention. */
  put(name: string, interval: Interval, remade: Remade): boolean {
    const { schema } = this.#target;
    const placing = new Placing(interval, schema.clock(), schema.clockSkew());
    if (placing.isExpired(remade)) return false;
    this.#writes.push(placing.write(name, remade, remade.data));
    this.#values += sizeOf(remade.data);
    return true;
  }

  async send(): Promise<void> {
    const writes = this.#writes;
    this.#writes = [];
    this.#values = 0;
    if (writes.length === 0) return;
    const [failure] = await this.#target.call(this.#doing, () => this.#target.write(writes));
    if (failure === undefined) return;
    const { error, fate } = failure;
    throw new StorageError(`The ${this.#doing} failed: ${messageOf(error)}`, { cause: error, fate });
  }
}
