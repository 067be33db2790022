import { type AnyTimeseries, Kairos, type Value } from '@kairos/core';
import { sql } from '@kairos/sql';
import type { Context } from '../../../src/context.js';
import { graphite } from '../../../src/graphite/index.js';

const kairos = new Kairos([sql]);

/** Opens a timeseries in a new memory store. */
export async function open(options: Record<string, unknown>): Promise<AnyTimeseries<Value>> {
  const opened: unknown = await kairos.timeseries('sqlite::memory:', options as never);
  return opened as AnyTimeseries<Value>;
}

export function contextOf(timeseries: Record<string, AnyTimeseries>, maxBuckets = 100_000): Context {
  return { timeseries: new Map(Object.entries(timeseries)), maxBuckets, insert: false };
}

/** Returns the response to a GET. */
export async function get(context: Context, address: string, init?: RequestInit): Promise<Response> {
  const url = new URL(address, 'http://kairos.test');
  const response = await graphite(new Request(url, init), url, context);
  if (response === undefined) throw new Error(`${address} is none of Graphite's paths`);
  return response;
}

/** Parses the JSON of a response. The test states its shape. */
export async function jsonOf<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

export interface Rendered {
  readonly target: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly datapoints: readonly (readonly [value: number | null, timestamp: number])[];
}

export async function render(
  context: Context,
  parameters: Record<string, string | number>,
): Promise<Rendered[]> {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await get(context, `/render?${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return jsonOf(response);
}
