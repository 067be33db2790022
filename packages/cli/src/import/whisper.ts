import { readFile } from 'node:fs/promises';
import type { Archive, Point } from './points.js';

/** How a Whisper file combines finer points into a coarser one. */
export type Aggregation = 'average' | 'sum' | 'last' | 'max' | 'min' | 'avg_zero' | 'absmax' | 'absmin';

const AGGREGATIONS: readonly (Aggregation | undefined)[] = [
  undefined,
  'average',
  'sum',
  'last',
  'max',
  'min',
  'avg_zero',
  'absmax',
  'absmin',
];

export interface WhisperFile {
  readonly aggregation: Aggregation;
  readonly archives: readonly Archive[];
}

/** Aggregation, longest retention, share of known points that a coarser point needs, number of archives. */
const HEADER = 16;
/** Offset, seconds per point, number of points. */
const ARCHIVE = 12;
/** A time in seconds and a double. */
const POINT = 12;

export async function readWhisper(path: string): Promise<WhisperFile> {
  const bytes = await readFile(path);
  const found = parseWhisper(bytes);
  if (found === null) throw new Error(`${path} is not a Whisper file, or is truncated`);
  return found;
}

/** The archives of a file; `null` if it is not a Whisper file. */
export function parseWhisper(bytes: Buffer): WhisperFile | null {
  if (bytes.length < HEADER) return null;
  const aggregation = AGGREGATIONS[bytes.readUInt32BE(0)];
  const count = bytes.readUInt32BE(12);
  if (aggregation === undefined || count === 0 || bytes.length < HEADER + count * ARCHIVE) return null;
  const archives: Archive[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEADER + index * ARCHIVE;
    const [offset, step, points] = [0, 4, 8].map((field) => bytes.readUInt32BE(at + field));
    if (offset === undefined || step === undefined || points === undefined || step === 0) return null;
    if (offset + points * POINT > bytes.length) return null;
    archives.push(archiveOf(bytes.subarray(offset, offset + points * POINT), step, points));
  }
  return { aggregation, archives };
}

/**
 * An archive is a ring buffer. Its slots may still hold points of an earlier round, older than the archive's
 * time span.
 */
function archiveOf(bytes: Buffer, step: number, count: number): Archive {
  const points: Point[] = [];
  let last = 0;
  for (let at = 0; at < bytes.length; at += POINT) {
    const start = bytes.readUInt32BE(at);
    const value = bytes.readDoubleBE(at + 4);
    if (start === 0) continue;
    last = Math.max(last, start);
    if (Number.isFinite(value)) points.push({ start, value });
  }
  const first = last - (count - 1) * step;
  const kept = points.filter(({ start }) => start >= first && start % step === 0);
  return { step, first, points: kept.sort((one, other) => one.start - other.start) };
}
