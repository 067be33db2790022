/** A server is unavailable for a reason outside the project: its tests are skipped, and a line says why. */
export class Unavailable extends Error {
  name = 'Unavailable';
}

/** The last line that a failed command printed, or the error's message. */
export function reasonOf(error) {
  const said = String(error?.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1);
  return said || (error instanceof Error ? error.message : String(error));
}
