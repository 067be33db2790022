import {
  ConfigurationError,
  InvalidValueError,
  KairosError,
  messageOf,
  UnknownBackendError,
  UnknownIntervalError,
} from '@kairos/core';
import { CommanderError } from 'commander';
import { EXIT, Finding, UsageError } from './exit-codes.js';
import { createProgram } from './program.js';
import { Interruption } from './terminal/interruption.js';
import { endWithReader } from './terminal/output.js';
import { withoutPassword } from './timeseries/without-password.js';

/** Runs a command line. Resolves to its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  endWithReader();
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return report(error, args.includes('--verbose'));
  }
}

/** Reports an error in one line, with details if the user asks for them. */
function report(error: unknown, verbose: boolean): number {
  // Commander throws for help and version, too. Both are already printed.
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // Without a command, Commander prints the help and throws.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const message = messageOf(error)
    .replace(/^error: /, '')
    .trim();
  process.stderr.write(`kairos: ${withoutPassword(message.replaceAll(/\s*\n\s*/g, '; '))}\n`);
  if (verbose) for (const line of causesOf(error)) process.stderr.write(`${withoutPassword(line)}\n`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Finding) return error.exitCode;
  if (error instanceof Interruption) return EXIT.interrupted;
  const isUsage =
    error instanceof UsageError ||
    error instanceof CommanderError ||
    (error instanceof KairosError &&
      [ConfigurationError, InvalidValueError, UnknownBackendError, UnknownIntervalError].some(
        (each) => each.code === error.code,
      ));
  return isUsage ? EXIT.usage : EXIT.failed;
}

function* causesOf(error: unknown): Generator<string> {
  for (let each = error; each instanceof Error; each = each.cause) {
    yield each === error ? (each.stack ?? each.message) : `Caused by ${each.stack ?? each.message}`;
  }
}
