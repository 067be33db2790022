/** The exit codes of the command. */
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

/** A command line that makes no sense. The message says what was wrong and what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command that did its work, but found something that needs another exit code. */
export class Finding extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
