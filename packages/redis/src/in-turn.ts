/** Works through items, so many at a time. Each is made when its turn has come, and none after a failure. */
export async function inTurn<T>(
  items: Generator<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const worker = async (first: T) => {
    try {
      await work(first);
      for (const item of items) await work(item);
    } finally {
      // At the end nothing is left; after a failure, the others are to begin nothing more.
      items.return(undefined);
    }
  };
  const workers: Promise<void>[] = [];
  while (workers.length < atOnce) {
    const { done, value } = items.next();
    if (done) break;
    workers.push(worker(value));
  }
  await Promise.all(workers);
}
