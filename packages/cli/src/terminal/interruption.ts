/** The reason of the abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/**
 * Returns a signal that Ctrl-C aborts, so that work in progress can finish. A second Ctrl-C ends the process
 * at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interruption('Interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  return controller.signal;
}
