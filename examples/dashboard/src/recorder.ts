import type { DailyValues } from './daily-series.js';
import type { Reading } from './weather.js';

const CHUNK = 2000;

/** Writes readings to the record. Calls `progress` after each chunk with the number stored so far. */
export async function recordReadings(
  record: { bulkInsert(values: DailyValues): Promise<unknown> },
  readings: readonly Reading[],
  progress: (stored: number) => void = () => undefined,
): Promise<void> {
  for (let start = 0; start < readings.length; start += CHUNK) {
    const values: DailyValues = new Map();
    const chunk = readings.slice(start, start + CHUNK);
    for (const { name, day, value } of chunk) {
      const named = values.get(day) ?? new Map<string, number[]>();
      values.set(day, named.set(name, [value]));
    }
    await record.bulkInsert(values);
    progress(start + chunk.length);
  }
}
