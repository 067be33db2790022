import assert from 'node:assert/strict';
import { describeValue, isError, isMap, isSet, KairosError, type KairosErrorCode } from '@kairos/core';

/** The result of a read as entries, in their order. Timestamps must ascend. */
export function timeline<D>(result: ReadonlyMap<number, D>): [number, D][] {
  const entries = [...result];
  assertAscending(entries.map(([timestamp]) => timestamp));
  return entries;
}

/** The same for a series with resolutions: entries of entries. */
export function nestedTimeline<D>(
  result: ReadonlyMap<number, ReadonlyMap<number, D>>,
): [number, [number, D][]][] {
  return timeline(result).map(([timestamp, resolutions]) => [timestamp, timeline(resolutions)]);
}

/** Only the entries with data. */
export function filled<D>(result: ReadonlyMap<number, D>): [number, D][] {
  return timeline(result).filter(([, data]) => !isEmpty(data));
}

export function isEmpty(data: unknown): boolean {
  if (Array.isArray(data)) return data.length === 0;
  if (isMap(data) || isSet(data)) return data.size === 0;
  return data === 0 || data === null;
}

function assertAscending(timestamps: readonly number[]): void {
  const sorted = [...new Set(timestamps)].sort((a, b) => a - b);
  assert.deepEqual(timestamps, sorted, 'the timestamps of a read are unique and ascend');
}

/** Expects a typed error with a stable code, whose message contains all of the given words. */
export async function rejects(
  work: () => Promise<unknown>,
  code: KairosErrorCode,
  ...mentioned: readonly string[]
): Promise<KairosError> {
  const outcome = await work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) assert.fail(`resolved to ${describeValue(outcome.value)}; expected ${code}`);
  const { error } = outcome;
  if (!(error instanceof KairosError)) {
    throw new assert.AssertionError({
      message: `rejected with ${isError(error) ? error.stack : describeValue(error)}; expected a KairosError with the code ${code}`,
    });
  }
  assert.equal(error.code, code, `the error is "${error.message}"`);
  for (const words of mentioned) {
    assert.ok(error.message.includes(words), `"${error.message}" does not mention ${words}`);
  }
  return error;
}
