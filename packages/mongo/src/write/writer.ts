import { type BucketWrite, type TimeseriesType, type WriteFailure, WriteOutcomes } from '@kairos/core';

/** Stores writes, and reports those that were not acknowledged. */
export interface Writer<T extends TimeseriesType> {
  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]>;
}

/** Whether the server is unreachable. */
export interface Unreachable {
  readonly error: unknown;
}

/** Sends writes batch by batch. `send` reports the fate of a batch, and whether the server is unreachable. */
export async function writeInTurn<T extends TimeseriesType, B>(
  writes: readonly BucketWrite<T>[],
  batches: Iterable<B>,
  writesOf: (batch: B) => readonly BucketWrite[],
  send: (batch: B, outcomes: WriteOutcomes) => Promise<Unreachable | undefined>,
): Promise<readonly WriteFailure<T>[]> {
  const outcomes = new WriteOutcomes();
  let away: Unreachable | undefined;
  for (const batch of batches) {
    // Each further batch would wait for the server just as long.
    if (away !== undefined) outcomes.lost(writesOf(batch), { fate: 'failed', error: away.error });
    else away = await send(batch, outcomes);
  }
  return outcomes.failuresOf(writes);
}
