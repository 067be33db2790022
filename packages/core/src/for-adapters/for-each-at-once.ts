/**
 * Works on at most `atOnce` items at a time. Each item is taken only when its turn comes, so items from a generator are
 * never all in memory. Rejects with the first error, once the work in progress has ended.
 */
export async function forEachAtOnce<I>(
  items: Iterable<I>,
  atOnce: number,
  work: (item: I) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const errors: unknown[] = [];
  let ended = false;
  const worker = async () => {
    while (!ended) {
      try {
        const next = iterator.next();
        if (next.done === true) ended = true;
        else await work(next.value);
      } catch (error) {
        ended = true;
        errors.push(error);
      }
    }
  };
  const workers: Promise<void>[] = [];
  while (!ended && workers.length < atOnce) workers.push(worker());
  await Promise.all(workers);
  if (errors.length > 0) throw errors[0];
}
