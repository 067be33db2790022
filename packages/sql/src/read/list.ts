import type { Retention } from '@kairos/core';
import { keysOfPrefix } from '../key.js';
import type { Range } from '../windows.js';
import type { ReaderParts } from './reader.js';

/** Finds the names that have unexpired data. */
export class NameLister {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async list(retention: Retention, prefix: string): Promise<Iterable<string>> {
    const { session, statements, format, partitions, windows } = this.#parts;
    const { text, nul, lastEntries } = session.dialect;
    if (!nul && prefix.includes('\0')) return [];
    const names = new Set<string>();
    const keys = keysOfPrefix(prefix);
    const within = keys.flatMap(([from, end]) => [from, end, end].map((key) => text.bind(key)));
    const add = async (ranges: readonly Range[]) => {
      const last = lastEntries === undefined ? [] : ranges.flatMap((range) => this.#unexpired(range));
      const kept = ranges.flatMap((range) => {
        const key = format.intervalKey(range.interval);
        return [key, range.windows.first, range.windows.last, range.edge, key, range.first, range.last];
      });
      const rows = await session.rows(statements.list(ranges.length, keys.length), [
        ...within,
        ...last,
        ...kept,
      ]);
      for (const [name, whole] of rows) names.add(text.read(whole ?? name));
    };
    const { partitioned, rest } = partitions.divide(retention);
    if (rest.size > 0) await add([...rest].map(([interval, oldest]) => windows.kept(interval, oldest)));
    for (const [interval, oldest] of partitioned) {
      for (const slice of await partitions.slices(interval, oldest ?? undefined)) {
        await add([windows.rangeOf(slice, oldest)]);
      }
    }
    return names;
  }

  /** The windows whose buckets are all unexpired. */
  #unexpired({ interval, windows, edge }: Range): readonly unknown[] {
    return [this.#parts.format.intervalKey(interval), Math.max(windows.first, edge + 1), windows.last];
  }
}
