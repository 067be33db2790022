import { type AnyTimeseries, isNothingRecorded, Kairos, type Value } from '@kairos/core';
import { UsageError } from '../exit-codes.js';
import { backendOfScheme, loadBackend, loadInstalledBackends, schemeOf } from './backends.js';
import type { TimeseriesFlags } from './flags.js';
import { type Reference, resolveReference } from './reference.js';

/** A timeseries whose type and intervals are known at run time. */
export type OpenTimeseries = AnyTimeseries<Value>;

/**
 * The rights of an opening. `look` uses the recorded intervals, even if others are given, and does not change
 * the store. `write` records the given intervals, and creates missing tables.
 */
export type Purpose = 'look' | 'write';

/** Thrown if no intervals are given and none are recorded. */
export class NothingRecorded extends UsageError {}

/** Opens the timeseries of the command line, runs the work, and closes the timeseries in any case. */
export async function withTimeseries<R>(
  text: string,
  flags: TimeseriesFlags,
  purpose: Purpose,
  work: (timeseries: OpenTimeseries, reference: Reference) => Promise<R>,
): Promise<R> {
  const reference = await resolveReference(text, flags);
  const timeseries = await open(reference, purpose);
  try {
    return await work(timeseries, reference);
  } finally {
    await timeseries.close();
  }
}

/** Opens with the given intervals, or else with the recorded ones. */
export async function open(reference: Reference, purpose: Purpose): Promise<OpenTimeseries> {
  try {
    return await openAsGiven(purpose === 'look' ? asRecorded(reference) : reference, purpose);
  } catch (error) {
    if (!isNothingRecorded(error)) throw error;
    const { title, options } = reference;
    const expected =
      purpose === 'look' ? 'a timeseries that something was written to' : '--define with its intervals';
    throw new NothingRecorded(
      `Nothing is recorded for a ${options.type} in ${title}; expected ${expected}, or another namespace`,
      { cause: error },
    );
  }
}

async function openAsGiven({ source, options }: Reference, purpose: Purpose): Promise<OpenTimeseries> {
  const kairos = new Kairos();
  if (typeof source !== 'string') {
    for (const backend of await loadInstalledBackends()) kairos.register(backend);
    return kairos.timeseries(source, { ...options });
  }
  const scheme = schemeOf(source) ?? '';
  const backend = backendOfScheme(scheme);
  kairos.register(await loadBackend(backend, scheme));
  const untouched = purpose === 'look' && backend.createsTables ? { createTables: false } : {};
  return kairos.timeseries(source, { ...options, ...untouched });
}

/** Intervals given without a timezone are in UTC. */
function asRecorded({ options, ...reference }: Reference): Reference {
  const { intervals, timezone, ...others } = options;
  const zone = timezone ?? (intervals === undefined ? undefined : 'UTC');
  return { ...reference, options: { ...others, ...(zone === undefined ? {} : { timezone: zone }) } };
}
