import { type BucketWrite, type TimeseriesType, type WriteFailure, WriteOutcomes } from '@kairos/core';
import { shardOf } from '../layout.js';
import { isReplyError } from '../script-command.js';
import type { Call, Outcome } from '../sender.js';
import type { WriteJob, WritePlanner } from './calls.js';

/**
 * The most in flight: small calls go out in one turn of the event loop; a large one is built only after an
 * earlier one was answered.
 */
export const IN_FLIGHT = { calls: 64, values: 8_000, characters: 2 ** 21 };

/** Errors of a script that concern one name only. */
const ONE_NAME = /WRONGTYPE|KAIROS/;

/** Sends all writes in calls of limited size, a few at a time. Resolves to those that were not acknowledged. */
export async function writeInBatches<T extends TimeseriesType>(
  planner: WritePlanner<T>,
  send: (call: Call) => Promise<Outcome>,
  writes: readonly BucketWrite<T>[],
): Promise<readonly WriteFailure<T>[]> {
  const failures: WriteFailure<T>[] = [];
  const running = new Set<Promise<void>>();
  let lost: { readonly error: unknown } | undefined;

  const run = async (job: WriteJob<T>): Promise<void> => {
    // Without a connection, reports the rest as failed at once instead of trying each in turn.
    if (lost !== undefined) {
      for (const write of job.writes) failures.push({ write, fate: 'failed', error: lost.error });
      return;
    }
    const failed = await runJob(send, job);
    const [first] = failed;
    if (first === undefined) return;
    if (!isReplyError(first.error)) {
      lost ??= first;
    } else if (job.names.length > 1 && ONE_NAME.test(first.error.message)) {
      for (const named of job.names) await run(planner.job(shardOf(named.name), [named]));
      return;
    }
    for (const failure of failed) failures.push(failure);
  };

  let [values, characters] = [0, 0];
  const hasRoomFor = (job: WriteJob<T>) =>
    running.size === 0 ||
    (running.size < IN_FLIGHT.calls &&
      values + job.values <= IN_FLIGHT.values &&
      characters + job.characters <= IN_FLIGHT.characters);
  for (const job of planner.jobs(writes)) {
    while (!hasRoomFor(job)) await Promise.race(running);
    values += job.values;
    characters += job.characters;
    const sent: Promise<void> = run(job).finally(() => {
      running.delete(sent);
      values -= job.values;
      characters -= job.characters;
    });
    running.add(sent);
  }
  await Promise.all(running);
  return failures;
}

async function runJob<T extends TimeseriesType>(
  send: (call: Call) => Promise<Outcome>,
  job: WriteJob<T>,
): Promise<WriteFailure<T>[]> {
  const outcomes = new WriteOutcomes();
  for (const { call, writes } of job.calls()) {
    const outcome = await send(call);
    if (outcome.fate !== 'done') {
      outcomes.lost(writes, outcome);
      const unsent = job.writes.filter((write) => !outcomes.has(write));
      outcomes.lost(unsent, { fate: 'failed', error: outcome.error });
      break;
    }
    outcomes.stored(writes);
  }
  return outcomes.failuresOf(job.writes);
}
