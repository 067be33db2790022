/** The content of one line of Carbon's plaintext protocol. */
export interface CarbonPoint {
  readonly path: string;
  readonly value: number;
  /** Unix seconds; `null` for the time of arrival. */
  readonly timestamp: number | null;
}

const LINE =
  /^(\S+)[ \t]+([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[ \t]+([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/**
 * Parses a line such as `web.hits 3 1700000000`. A timestamp of -1 means now, as in Carbon. Returns
 * `undefined` for any other line, or if the value is not finite.
 */
export function parseCarbonLine(line: string): CarbonPoint | undefined {
  const found = LINE.exec(line.trim());
  if (found === null) return undefined;
  const [, path = '', value, timestamp] = found;
  const [amount, seconds] = [Number(value), Number(timestamp)];
  if (!Number.isFinite(amount) || !Number.isFinite(seconds)) return undefined;
  return { path, value: amount, timestamp: seconds === -1 ? null : seconds };
}

/**
 * Whether a connection uses the pickle protocol. That begins with a length of four bytes, in big-endian
 * order.
 */
export function isPickle(firstByte: number | undefined): boolean {
  return firstByte === 0;
}
