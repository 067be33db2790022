import { createInterface } from 'node:readline/promises';
import { EXIT, Finding, UsageError } from '../exit-codes.js';

/** Asks for confirmation of a deletion on a terminal. Elsewhere, the user must pass `--yes`. */
export async function confirm(question: string, { yes = false }: { readonly yes?: boolean }): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError(`${question} There is no terminal to ask on; expected --yes`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Finding('Nothing was deleted', EXIT.failed);
  } finally {
    asking.close();
  }
}
