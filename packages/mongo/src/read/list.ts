import type { Retention } from '@kairos/core';
import { ANY_NAME, namesFrom } from '../documents/names.js';
import type { ReaderParts } from './reader.js';
import { united } from './united.js';

/** Finds the names that have data within their retention. */
export class NameLister {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async list(retention: Retention, prefix?: string): Promise<Iterable<string>> {
    const named = prefix === undefined ? ANY_NAME : namesFrom(prefix);
    const pipelines = [...retention].flatMap(([interval, oldest]) =>
      this.#parts.documents
        .within(interval, oldest)
        .map((filter) => [{ $match: { ...named, ...filter } }, { $group: { _id: '$name' } }]),
    );
    const names = await united(this.#parts, pipelines, [{ $group: { _id: '$_id' } }]);
    return names.map(({ _id }) => String(_id));
  }
}
