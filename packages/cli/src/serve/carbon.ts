/** The content of one line of Carbon's plaintext protocol. */
export interface CarbonPoint {
  readonly path: string;
  readonly value: number;
  /** Unix seconds; `null` is the moment at which the line arrives. */
  readonly timestamp: number | null;
}

const LINE =
  /^(\S+)[ \t]+([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[ \t]+([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/**
 * Reads a line such as `web.hits 3 1700000000`. A timestamp of -1 means now, as in Carbon. `undefined` for any other
 * line, or a value that is not finite.
 */
export function parseCarbonLine(line: string): CarbonPoint | undefined {
  const found = LINE.exec(line.trim());
  if (found === null) return undefined;
  const [, path = '', value, timestamp] = found;
  const [amount, seconds] = [Number(value), Number(timestamp)];
  if (!Number.isFinite(amount) || !Number.isFinite(seconds)) return undefined;
  return { path, value: amount, timestamp: seconds === -1 ? null : seconds };
}

/** Whether a connection speaks the pickle protocol: it begins with a length of four bytes, the highest first. */
export function isPickle(firstByte: number | undefined): boolean {
  return firstByte === 0;
}
