/**
 * Whether work settles within so many milliseconds; rejects where it does so with an error. The work goes on, and holds
 * no process that would end.
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
