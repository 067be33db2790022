import { setTimeout as sleep } from 'node:timers/promises';

/** How often work is tried where other writers are in the way. */
const ATTEMPTS = 20;

/** Does work again, after a while, as long as it fails with errors that can pass. */
export async function persist<R>(work: () => Promise<R>, canPass: (error: unknown) => boolean): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !canPass(error)) throw error;
    }
    await sleep(Math.random() * Math.min(10 * 2 ** attempt, 500));
  }
}
