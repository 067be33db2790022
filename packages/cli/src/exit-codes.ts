/** The exit codes of the command. */
export const EXIT = {
  done: 0,
  /** A store failed, or a file could not be read. */
  failed: 1,
  /** The command line, the configuration or a value is invalid. Nothing was done. */
  usage: 2,
  /** A copy was verified and differs from its source. */
  different: 3,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** An invalid command line. The message says what was wrong and what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Ends a command that did its work but needs a particular exit code because of its result. */
export class Finding extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
