import { ConfigurationError, InvalidValueError } from '../errors.js';
import { forEachAtOnce } from '../for-adapters/for-each-at-once.js';
import { choiceOption } from '../option.js';
import type { Timeseries } from '../timeseries.js';
import type { TimeseriesTypes } from '../timeseries-types.js';
import { describeValue } from '../values/value.js';
import type { CopiedInterval, CopyOptions, CopyResult } from './options.js';
import { PendingWrites } from './pending-writes.js';
import { lengthOf } from './pieces.js';
import type { PlannedInterval } from './plan.js';
import { type Remade, Remaking } from './remaking.js';
import { CopyTask } from './task.js';

/** Number of names to copy at once. */
const NAMES_AT_ONCE = 4;

/**
 * Copies a timeseries to another one, of any store or configuration. Values are copied as stored, without `readFunc`
 * and `writeFunc`. Counts, histograms and sets are exact, series keep their order, and gauges keep their last reading.
 * Coarser intervals are made from finer ones. An interval that cannot be made, because it is finer than the source or
 * has other edges (such as those of another timezone), is a `ConfigurationError` before anything is written. So are
 * names that already have data in the target.
 *
 * Memory holds a few thousand buckets of a few names, however many there are. To continue an interrupted copy, use
 * `resume`. Rejects with a `StorageError` if a store fails, and with an `InvalidValueError` for a value that the target
 * cannot hold; everything copied until then is in the target.
 *
 * @example
 * ```ts
 * const copied: string[] = [];
 * await copyTimeseries(from, to, { intervals: { hour: 'minute' }, onCopied: (name) => copied.push(name) });
 * // After a failure:
 * await copyTimeseries(from, to, { intervals: { hour: 'minute' }, resume: copied });
 * ```
 */
export async function copyTimeseries<S extends TimeseriesTypes, D extends TimeseriesTypes>(
  from: Timeseries<S>,
  to: Timeseries<D>,
  options: CopyOptions<S, D> = {},
): Promise<CopyResult> {
  const existing = choiceOption('existing', options.existing, { refuse: true, add: true }, 'refuse');
  const copied = options.resume === undefined ? null : new Set(options.resume);
  if (copied !== null && existing === 'add') {
    throw new ConfigurationError(
      'Option "resume" is given with existing: "add"; expected only one of them: copied data cannot be told from data that was there before',
    );
  }
  const task = await CopyTask.of(from, to, options);
  const present = new Set(await to.list());
  const found = task.names.find((name) => present.has(name));
  if (copied === null && existing === 'refuse' && found !== undefined) {
    throw new ConfigurationError(
      `The target already has data of ${describeValue(found)}; expected a target without the names to copy, or existing: "add", or resume with the names that an earlier copy finished`,
    );
  }
  const names = task.names.filter((name) => copied?.has(name) !== true);
  const run = new CopyRun(task, options, names);
  await options.onStart?.();
  await forEachAtOnce(names, NAMES_AT_ONCE, async (name) => {
    if (copied !== null && present.has(name)) await to.delete(name);
    await run.copy(name);
    await options.onCopied?.(name);
  });
  return run.result;
}

class CopyRun {
  readonly #task: CopyTask;
  readonly #options: Pick<CopyOptions, 'onProgress'>;
  readonly #names: readonly string[];
  readonly #tallies: ReadonlyMap<PlannedInterval, { buckets: number; expired: number }>;
  #done = 0;
  /** The progress of the names being copied, in names. */
  #underWay = 0;

  constructor(task: CopyTask, options: Pick<CopyOptions, 'onProgress'>, names: readonly string[]) {
    this.#task = task;
    this.#options = options;
    this.#names = names;
    this.#tallies = new Map(task.plan.map((planned) => [planned, { buckets: 0, expired: 0 }]));
  }

  async copy(name: string): Promise<void> {
    const ranges = await this.#task.rangesOf(name);
    const whole = ranges.reduce((sum, range) => sum + lengthOf(range), 0);
    const pending = new PendingWrites(this.#task.target, `copy of ${describeValue(name)}`);
    let [before, part] = [0, 0];
    for (const range of ranges) {
      const remakings = this.#task.plan
        .filter(({ source }) => source === range.interval)
        .map((planned) => ({ planned, remaking: this.#remaking(name, planned) }));
      const { step } = range.interval;
      const origin = step.ordinalOf(range.first);
      for await (const piece of this.#task.piecesOf(range)) {
        for (const { planned, remaking } of remakings)
          this.#put(pending, name, planned, remaking.take(piece));
        if (!pending.full) continue;
        await pending.send();
        const now = (before + step.ordinalOf(piece.bucket) - origin) / whole;
        this.#underWay += now - part;
        part = now;
        this.#report();
      }
      for (const { planned, remaking } of remakings) this.#put(pending, name, planned, remaking.rest());
      before += lengthOf(range);
    }
    await pending.send();
    this.#underWay -= part;
    this.#done++;
    this.#report();
  }

  get result(): CopyResult {
    const intervals = [...this.#tallies].map(
      ([{ source, target }, tally]): CopiedInterval => ({
        interval: target.name,
        from: source.name,
        ...tally,
      }),
    );
    return { names: this.#done, intervals };
  }

  #remaking(name: string, { target }: PlannedInterval): Remaking {
    const { schema, adapter } = this.#task.target;
    return new Remaking(schema, target, (value) => {
      try {
        return adapter.encode(value);
      } catch (error) {
        if (!(error instanceof InvalidValueError)) throw error;
        throw new InvalidValueError(`Of ${describeValue(name)}: ${error.message}`, { cause: error });
      }
    });
  }

  #put(pending: PendingWrites, name: string, planned: PlannedInterval, remade: readonly Remade[]): void {
    const tally = this.#tallies.get(planned);
    if (tally === undefined) return;
    for (const each of remade) {
      if (pending.put(name, planned.target, each)) tally.buckets++;
      else tally.expired++;
    }
  }

  #report(): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    const all = this.#names.length;
    const skipped = this.#task.names.length - all;
    let buckets = 0;
    for (const tally of this.#tallies.values()) buckets += tally.buckets;
    const fraction = all === 0 ? 1 : (this.#done + this.#underWay) / all;
    onProgress({ names: skipped + this.#done, ofNames: this.#task.names.length, buckets, fraction });
  }
}
