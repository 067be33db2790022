import type { BucketQuery, BucketRow, CustomFunction } from '@kairos/core';
import type { AbstractCursor, Collection, Document } from 'mongodb';
import type { Documents, SuggestedQuery } from '../documents/documents.js';
import { fetchedRows } from '../fetch.js';
import type { StoredDocument } from '../layout.js';
import type { Patience } from '../session/patience.js';
import { ONE_BATCH } from './batch-size.js';

export interface ReaderParts {
  readonly collection: Collection<StoredDocument>;
  readonly patience: Patience;
  readonly documents: Documents;
}

/** Reads buckets from their documents, added up by the server as far as it can. */
export class Reader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async read(query: BucketQuery): Promise<Iterable<BucketRow>> {
    const { documents } = this.#parts;
    const reading = documents.reading(query);
    await this.#each(this.#found(documents.suggest(query), query), (document) => reading.take(document));
    return reading.rows();
  }

  async readWith(fetch: CustomFunction, query: BucketQuery): Promise<Iterable<BucketRow>> {
    const { collection, documents } = this.#parts;
    return fetchedRows(documents, query, await fetch(collection, documents.suggest(query)));
  }

  #found({ filter }: SuggestedQuery, query: BucketQuery): AbstractCursor<Document> {
    const { collection, documents } = this.#parts;
    const adding = documents.addingUp(query);
    if (adding !== null) return collection.aggregate([{ $match: filter }, ...adding], ONE_BATCH);
    return collection.find(filter, { ...ONE_BATCH, projection: documents.projection(query) });
  }

  /** Goes through the documents of a cursor. Each of several answers has the full time to arrive. */
  async #each(cursor: AbstractCursor<Document>, take: (document: Document) => void): Promise<void> {
    try {
      while (await this.#parts.patience.for(cursor.hasNext())) {
        for (const document of cursor.readBufferedDocuments()) take(document);
      }
    } catch (error) {
      cursor.close().catch(() => undefined);
      throw error;
    }
  }
}
