/** Bounds of what is sent as one command: far below what servers take, and enough that more makes nothing faster. */
export const BATCH_UPDATES = 2_000;
export const BATCH_BYTES = 4 * 1024 * 1024;

/** Cuts what is to be sent into batches, in its order; something larger than the bound is a batch alone. */
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
