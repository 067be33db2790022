/** What one line of Carbon's plaintext protocol says. */
export interface CarbonPoint {
  readonly path: string;
  readonly value: number;
  /** Unix seconds; `null` is the moment at which the line arrives. */
  readonly timestamp: number | null;
}

const LINE = /^(\S+)[ \t]+(\S+)[ \t]+(\S+)$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Reads a line such as `web.hits 3 1700000000`. A timestamp of -1 means now, as it does to Carbon. `undefined` where
 * the line says something else, or a value that is not finite.
 */
export function parseCarbonLine(line: string): CarbonPoint | undefined {
  const [, path, value, timestamp] = LINE.exec(line.trim()) ?? [];
  if (path === undefined || value === undefined || timestamp === undefined) return undefined;
  const [amount, seconds] = [numberOf(value), numberOf(timestamp)];
  if (amount === undefined || seconds === undefined) return undefined;
  return { path, value: amount, timestamp: seconds === -1 ? null : seconds };
}

/** Whether a connection speaks the pickle protocol: it begins with a length of four bytes, the highest first. */
export function isPickle(firstByte: number | undefined): boolean {
  return firstByte === 0;
}

function numberOf(text: string): number | undefined {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
