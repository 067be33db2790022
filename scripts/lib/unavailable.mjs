/** A server that cannot be had here, for a reason that is not the project's: its tests are skipped, and a line says why. */
export class Unavailable extends Error {
  name = 'Unavailable';
}

/** The last line of what a command that failed has said, or its message. */
export function reasonOf(error) {
  const said = String(error?.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1);
  return said || (error instanceof Error ? error.message : String(error));
}
