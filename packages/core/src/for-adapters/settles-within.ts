/**
 * Resolves to whether work settles within this many milliseconds; rejects if it rejects in that time. After
 * that, the work goes on, and its timer does not keep the process alive.
 *
 * @example
 * ```ts
 * if (!(await settlesWithin(5000, client.close()))) client.destroy();
 * ```
 */
export async function settlesWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false).unref();
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
