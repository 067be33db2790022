import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One flight within the United States in the first quarter of 2001. */
export interface Flight {
  /** Time of departure in Unix seconds. The local time is taken as UTC. */
  readonly time: number;
  /** In minutes, negative if the flight was early. */
  readonly delay: number;
  readonly origin: string;
  readonly destination: string;
}

/** The flights in the package `vega-datasets`, in order of departure. */
export async function readFlights(): Promise<Flight[]> {
  const index = createRequire(import.meta.url).resolve('vega-datasets');
  const text = await readFile(join(dirname(index), '..', 'data', 'flights-20k.json'), 'utf8');
  const records: unknown = JSON.parse(text);
  if (!Array.isArray(records)) throw new Error('flights-20k.json is not a list of flights');
  return records.map(({ date, delay, origin, destination }) => ({
    time: Date.parse(`${String(date).replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000,
    delay: Number(delay),
    origin: String(origin),
    destination: String(destination),
  }));
}
