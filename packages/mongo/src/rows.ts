import type { BucketRow, StoredValue, TimeseriesType } from '@kairos/core';
import type { BucketDocument } from './layout.js';

/** The rows that documents amount to: those of one bucket and resolution are brought together. */
export function rowsOf(type: TimeseriesType, documents: readonly BucketDocument[]): BucketRow[] {
  switch (type) {
    case 'count':
      return documents.map((document) => row(document, document.count));
    case 'gauge':
      return documents.map((document) => row(document, document.value));
    case 'histogram':
      return gather(documents, (parts) => new Map(parts.map(({ member, count }) => [member, count])));
    case 'set':
      return gather(documents, (parts) => new Set(parts.map(({ member }) => member)));
    case 'series':
      return gather(documents, arrivals);
  }
}

/** The values of chunks in the order of their arrival. */
function arrivals(chunks: BucketDocument[]): StoredValue[] {
  chunks.sort((a, b) => (a.chunk ?? 0) - (b.chunk ?? 0));
  return chunks.flatMap(({ values = [] }) => values);
}

function gather(
  documents: readonly BucketDocument[],
  dataOf: (parts: BucketDocument[]) => unknown,
): BucketRow[] {
  const buckets = new Map<string, BucketDocument[]>();
  for (const document of documents) {
    const key = `${document.bucket}/${document.resolution}/${document.name}`;
    const parts = buckets.get(key);
    if (parts === undefined) buckets.set(key, [document]);
    else parts.push(document);
  }
  const rows: BucketRow[] = [];
  for (const parts of buckets.values()) {
    const [first] = parts;
    if (first !== undefined) rows.push(row(first, dataOf(parts)));
  }
  return rows;
}

const row = ({ name, bucket, resolution }: BucketDocument, data: unknown): BucketRow => ({
  name,
  bucket,
  resolution,
  data,
});
