import { types } from 'cassandra-driver';

let offset = Date.now() - performance.now();
let last = 0;

/**
 * The time in microseconds since the epoch. Within a process it always increases, whatever the machine's clock does.
 * Cassandra keeps the write with the latest time, so the writes of a process count in their order.
 */
export function microseconds(): number {
  const now = Date.now();
  let milliseconds = offset + performance.now();
  if (Math.abs(milliseconds - now) > 2) {
    // The machine's clock was set, or it drifted away from `performance.now`.
    offset = now - performance.now();
    milliseconds = now;
  }
  last = Math.max(last + 1, Math.floor(milliseconds * 1000));
  return last;
}

// Random in each process, so that no two processes create the same identifier.
const origin = types.TimeUuid.now().getBuffer();
const node = origin.subarray(10);
const clockSequence = origin.subarray(8, 10);

/** The time UUID of a moment from `microseconds`: ordered by time, and unique over all processes. */
export function arrivalOf(moment: number): string {
  const milliseconds = Math.floor(moment / 1000);
  const ticks = (moment - milliseconds * 1000) * 10;
  return types.TimeUuid.fromDate(new Date(milliseconds), ticks, node, clockSequence).toString();
}
