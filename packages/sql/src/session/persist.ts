import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum number of attempts if other writers are in the way. */
export const ATTEMPTS = 20;

/** Retries work after a pause while it fails with transient errors. */
export async function persist<R>(work: () => Promise<R>, canPass: (error: unknown) => boolean): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !canPass(error)) throw error;
    }
    await pauseAfter(attempt);
  }
}

/** Waits before the next attempt. */
export async function pauseAfter(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(10 * 2 ** attempt, 500));
}
