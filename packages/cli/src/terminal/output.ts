import { once } from 'node:events';

/** Writes to stdout, and waits for a slower reader. If the reader goes away, the command ends silently. */
export async function print(parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  let text = '';
  for await (const part of parts) {
    text += part;
    if (text.length < 65_536) continue;
    await write(text);
    text = '';
  }
  await write(text);
}

async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Makes `kairos … | head` end without an error. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
