/** What the command ends with. */
export const EXIT = {
  done: 0,
  /** A store failed, or a file could not be read. */
  failed: 1,
  /** The command line, the configuration or a value makes no sense: nothing was done. */
  usage: 2,
  /** A copy was verified, and differs. */
  different: 3,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** A command line that makes no sense: says what was wrong, and what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command that did its work, and found what it must not end well with. */
export class Finding extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
