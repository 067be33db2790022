import { readFile } from 'node:fs/promises';

/**
 * The programs in a README's TypeScript blocks: a block with an import begins a program, and the blocks after
 * it continue it. Programs that import the reader's own files are left out.
 */
export async function programsOf(readme: string): Promise<string[]> {
  const text = await readFile(readme, 'utf8');
  const programs: string[] = [];
  for (const [, block = ''] of text.matchAll(/^```ts\n(.*?)^```/gms)) {
    const last = programs.at(-1);
    if (last === undefined || /^import /m.test(block)) programs.push(block);
    else programs.splice(-1, 1, `${last}\n${block}`);
  }
  return programs.filter((program) => !/ from '\./.test(program));
}
