import { randomBytes } from 'node:crypto';
import { ConfigurationError, reconcileRecord, type Schema, StorageError, uniteRecords } from '@kairos/core';
import { textOf } from './data.js';
import { LAYOUT_VERSION, type Layout, shards } from './layout.js';
import { isReplyError } from './script-command.js';
import {
  copyRecordScript,
  readRecordScript,
  removeRecordScript,
  restoreRecordScript,
  writeRecordScript,
} from './scripts/record-scripts.js';
import { type Call, isCluster, type Outcome, type Sender } from './sender.js';

/** Each lost race means that another process recorded its intervals, and their number is limited. */
const MOST_TRIES = 20;

/**
 * The record of the intervals in the store: `{"layout":2,"life":"…","intervals":[…]}`. `layout` is the version of the
 * storage layout; data of another version is refused. `life` is a random word, new whenever a record is created from
 * nothing. Within one life, others may have added intervals, or changed some deliberately. A record of another life was
 * created after the data that this process knew was flushed or deleted.
 *
 * Every call that writes carries the record, so that a script finds it, restores it, or refuses to write under an
 * unknown one. In a cluster, each shard has a copy for that.
 */
export class IntervalsRecord {
  readonly #sender: Sender;
  readonly #layout: Layout;
  readonly #schema: Schema;
  #sharded: boolean;
  /** The record as this process last saw it. */
  #known: string | undefined;

  constructor(sender: Sender, layout: Layout, schema: Schema) {
    this.#sender = sender;
    this.#layout = layout;
    this.#schema = schema;
    this.#sharded = isCluster(sender.client);
  }

  /** The recorded intervals, or `null`. */
  async read(): Promise<string | null> {
    const stored = (await this.#readFirst()) ?? (this.#sharded ? await this.#fromCopies() : null);
    this.#known = stored ?? undefined;
    return stored === null ? null : partsOf(stored).intervals;
  }

  /** Records intervals in place of `expected`. Resolves to whether `expected` was still there. */
  async write(intervals: string, expected: string | null): Promise<boolean> {
    const life = randomBytes(9).toString('base64url');
    const written = await this.#replace(this.#layout.record, expected ?? '', intervals, life);
    if (written === null) return false;
    this.#known = written;
    if (this.#sharded) {
      const copy = (shard: string) =>
        this.#sender.ask({ script: copyRecordScript, keys: [this.#layout.copy(shard)], args: [written] });
      await Promise.all(shards.map(copy));
    }
    return true;
  }

  async remove(): Promise<void> {
    const remove = (key: string) => this.#sender.ask({ script: removeRecordScript, keys: [key], args: [] });
    if (this.#sharded) await Promise.all(shards.map((shard) => remove(this.#layout.copy(shard))));
    await remove(this.#layout.record);
  }

  /** Adds the record to a call that writes. If `checked`, the call writes nothing when another record is there. */
  describe({ script, keys, args }: Call, checked: boolean): Call {
    const [names = ''] = keys;
    const record = this.#sharded ? this.#layout.copyBeside(names) : this.#layout.record;
    const known = this.#known ?? '';
    return {
      script,
      keys: [names, record].concat(keys.slice(1)),
      args: [checked || known === '' ? known : ` ${known}`].concat(args),
    };
  }

  /** Sends a call that writes. If another record is there, reconciles the two first. Never rejects. */
  async send(call: Call): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const described = this.describe(call, true);
      const outcome = await this.#sender.send(described);
      if (outcome.fate !== 'done' || Number(outcome.reply) === 1) return outcome;
      try {
        if (attempt === MOST_TRIES) {
          throw new StorageError('The record of the intervals kept changing during the insert');
        }
        if (this.#sharded) await this.#agree(this.#layout.record, await this.#readFirst(), 'theirs');
        // If each copy took precedence, copies that differ in their steps would never agree.
        const first = this.#sharded ? 'ours' : 'theirs';
        await this.#agree(described.keys[1] ?? '', textOf(outcome.reply), first);
      } catch (error) {
        return { fate: 'failed', error };
      }
    }
  }

  /** Adds missing intervals to a record. Throws if a record of another life has different intervals. */
  async #agree(place: string, stored: string | null, first: 'ours' | 'theirs'): Promise<void> {
    const ours = partsOf(this.#known ?? '');
    const theirs = partsOf(stored ?? '');
    const agreed =
      stored === null
        ? ours.intervals
        : theirs.life === ours.life
          ? first === 'theirs'
            ? uniteRecords(theirs.intervals, ours.intervals)
            : uniteRecords(ours.intervals, theirs.intervals)
          : reconcileRecord(theirs.intervals, this.#schema, false);
    if (stored !== null && agreed === theirs.intervals) this.#known = stored;
    else this.#known = (await this.#replace(place, theirs.intervals, agreed, ours.life)) ?? this.#known;
  }

  async #readFirst(): Promise<string | null> {
    if (this.#sharded) return this.#readAt(this.#layout.record);
    // The second key tests whether the server accepts both in one call. Proxies in front of a cluster do not.
    const outcome = await this.#sender.send({
      script: readRecordScript,
      keys: [this.#layout.record, this.#layout.names(shards[0] ?? '')],
      args: [],
    });
    if (outcome.fate === 'done') return outcome.reply === null ? null : textOf(outcome.reply);
    if (!isReplyError(outcome.error) || !outcome.error.message.includes('CROSSSLOT')) throw outcome.error;
    this.#sharded = true;
    return this.#readAt(this.#layout.record);
  }

  /** Restores a lost record (perhaps its node is gone) from the copies in the shards. */
  async #fromCopies(): Promise<string | null> {
    const copies = await Promise.all(shards.map((shard) => this.#readAt(this.#layout.copy(shard))));
    const [first, ...others] = copies.filter((copy) => copy !== null).map(partsOf);
    if (first === undefined) return null;
    const intervals = others.reduce((united, copy) => uniteRecords(united, copy.intervals), first.intervals);
    const args = [textOfParts({ ...first, intervals })];
    return textOf(await this.#sender.ask({ script: restoreRecordScript, keys: [this.#layout.record], args }));
  }

  async #readAt(key: string): Promise<string | null> {
    const reply = await this.#sender.ask({ script: readRecordScript, keys: [key], args: [] });
    return reply === null ? null : textOf(reply);
  }

  async #replace(key: string, expected: string, intervals: string, life: string): Promise<string | null> {
    const reply = await this.#sender.ask({
      script: writeRecordScript,
      keys: [key],
      args: [expected, intervals, life],
    });
    return reply === null ? null : textOf(reply);
  }
}

interface RecordParts {
  readonly life: string;
  readonly intervals: string;
}

/** Parses a record. Throws a `ConfigurationError` if the data has another layout. */
function partsOf(stored: string): RecordParts {
  if (stored === '') return { life: '', intervals: '' };
  // Version 1 did not record its version.
  const [, layout = '1'] = /^\{"layout":(\d+)/.exec(stored) ?? [];
  const [, life, intervals] = /^\{"layout":\d+,"life":"([\w-]*)","intervals":(.*)\}$/s.exec(stored) ?? [];
  if (layout === String(LAYOUT_VERSION) && life !== undefined && intervals !== undefined) {
    return { life, intervals };
  }
  throw new ConfigurationError(
    `The data under this prefix has version ${layout} of the layout of @kairos/redis; expected version ${LAYOUT_VERSION}. Delete it, or choose another "prefix"`,
  );
}

function textOfParts({ life, intervals }: RecordParts): string {
  return `{"layout":${LAYOUT_VERSION},"life":"${life}","intervals":${intervals}}`;
}
