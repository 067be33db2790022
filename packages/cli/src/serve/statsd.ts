/** The content of one line of the statsd protocol. */
export type Metric =
  | { readonly type: 'count'; readonly name: string; readonly amount: number }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly value: number;
      /** Number of measurements that the value stands for, if the client sends only a sample. */
      readonly occurrences: number;
    }
  | {
      readonly type: 'gauge';
      readonly name: string;
      readonly value: number;
      /** Whether to add the value to the gauge's last one. */
      readonly relative: boolean;
    }
  | { readonly type: 'set'; readonly name: string; readonly member: string };

export interface Packet {
  readonly metrics: readonly Metric[];
  /** Lines that could not be parsed. */
  readonly refused: readonly string[];
}

/** Parses a packet of lines such as `logins:1|c`, `render:320|ms|@0.1`, `queue:-4|g` and `users:765|s`. */
export function parsePacket(text: string): Packet {
  const metrics: Metric[] = [];
  const refused: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const metric = parseLine(line.trim());
    if (metric === undefined) refused.push(line);
    else metrics.push(metric);
  }
  return { metrics, refused };
}

const LINE = /^(?<name>[^:|]+):(?<value>[^|]+)\|(?<type>c|g|ms|h|s)(?:\|@(?<rate>[^|]+))?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A histogram value is written once for each measurement that it stands for, so the number needs a limit. */
const LOWEST_RATE = 0.001;

function parseLine(line: string): Metric | undefined {
  const { name, value, type, rate } = LINE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) return undefined;
  const sampled = rate === undefined ? 1 : number(rate);
  if (sampled === undefined || sampled <= 0 || sampled > 1) return undefined;
  if (type === 's') return { type: 'set', name, member: value };
  const read = number(value);
  if (read === undefined) return undefined;
  if (type === 'g') return { type: 'gauge', name, value: read, relative: /^[+-]/.test(value) };
  if (type === 'c') {
    const amount = read / sampled;
    return Number.isFinite(amount) ? { type: 'count', name, amount } : undefined;
  }
  if (sampled < LOWEST_RATE) return undefined;
  return { type: 'histogram', name, value: read, occurrences: Math.round(1 / sampled) };
}

function number(text: string): number | undefined {
  const read = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(read) ? read : undefined;
}
