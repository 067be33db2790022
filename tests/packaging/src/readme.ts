import { readFile } from 'node:fs/promises';

/**
 * The programs in the TypeScript blocks of a README: a block with an import begins a program, those after it go on
 * with what it declared. Programs that import files of the reader's own are left out.
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
