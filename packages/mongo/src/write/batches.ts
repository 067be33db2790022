/** Limits of one command: far below those of servers, and so large that larger ones would not be faster. */
export const BATCH_UPDATES = 2_000;
export const BATCH_BYTES = 4 * 1024 * 1024;

/** Divides updates into batches, in order. An update above the limit is a batch by itself. */
export function* batchesOf<U extends { readonly bytes: number }>(updates: Iterable<U>): Generator<U[]> {
  let batch: U[] = [];
  let bytes = 0;
  for (const update of updates) {
    if (batch.length > 0 && (batch.length >= BATCH_UPDATES || bytes + update.bytes > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(update);
    bytes += update.bytes;
  }
  if (batch.length > 0) yield batch;
}
