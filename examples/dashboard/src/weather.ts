import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const cities = ['Seattle', 'New York'] as const;

/** In millimeters of rain, degrees Celsius, and meters per second. */
export const quantities = ['precipitation', 'temp_max', 'temp_min', 'wind'] as const;

export type Quantity = (typeof quantities)[number];

/** The name that stores a quantity of a city. */
export function nameOf(city: string, quantity: Quantity): string {
  return `${city} ${quantity}`;
}

/** A city's measurements on one day. */
export interface Reading {
  readonly name: string;
  /** Unix seconds of the day's start. */
  readonly day: number;
  readonly value: number;
}

/** The weather of two cities from 2012 to 2015, from the package `vega-datasets`, in order of days. */
export async function readWeather(): Promise<Reading[]> {
  const index = createRequire(import.meta.url).resolve('vega-datasets');
  const text = await readFile(join(dirname(index), '..', 'data', 'weather.csv'), 'utf8');
  const [header = '', ...lines] = text.trim().split('\n');
  const columns = header.split(',');
  const readings: Reading[] = [];
  for (const line of lines) {
    const cells = line.split(',');
    const cell = (column: string) => cells[columns.indexOf(column)] ?? '';
    for (const quantity of quantities) {
      readings.push({
        name: nameOf(cell('location'), quantity),
        day: Date.parse(cell('date')) / 1000,
        value: Number(cell(quantity)),
      });
    }
  }
  return readings.sort((a, b) => a.day - b.day);
}
