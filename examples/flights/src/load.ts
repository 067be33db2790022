import type { Flight } from './flights.js';
import type { FlightSeries } from './timeseries.js';

const CHUNK = 2000;

/**
 * Inserts flights into the timeseries in bulk. Calls `progress` after each chunk with the number stored so
 * far.
 */
export async function load(
  series: FlightSeries,
  flights: readonly Flight[],
  progress: (stored: number) => void,
): Promise<void> {
  for (let start = 0; start < flights.length; start += CHUNK) {
    const chunk = flights.slice(start, start + CHUNK);
    await series.departures.bulkInsert(inserts(chunk, () => 1));
    await series.delays.bulkInsert(inserts(chunk, ({ delay }) => delay));
    await series.lastDelay.bulkInsert(inserts(chunk, ({ delay }) => delay));
    await series.destinations.bulkInsert(inserts(chunk, ({ destination }) => destination));
    progress(start + chunk.length);
  }
}

/** One value per flight, by departure and origin. */
function inserts<V>(
  flights: readonly Flight[],
  valueIn: (flight: Flight) => V,
): Map<number, Map<string, V[]>> {
  const byTime = new Map<number, Map<string, V[]>>();
  for (const flight of flights) {
    const byOrigin = byTime.get(flight.time) ?? new Map<string, V[]>();
    byTime.set(flight.time, byOrigin);
    const values = byOrigin.get(flight.origin) ?? [];
    byOrigin.set(flight.origin, values);
    values.push(valueIn(flight));
  }
  return byTime;
}
