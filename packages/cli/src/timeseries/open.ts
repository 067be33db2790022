import { existsSync } from 'node:fs';
import {
  type IntervalsOptions,
  Kairos,
  type NoBackend,
  type Timeseries,
  type TimeseriesType,
  type Value,
} from '@kairos/core';
import { UsageError } from '../exit-codes.js';
import { backendOfScheme, loadBackend, loadInstalledBackends, schemeOf } from './backends.js';
import type { TimeseriesFlags } from './flags.js';
import { type Reference, resolveReference } from './reference.js';

/** A timeseries whose type and intervals are known at run time. */
export type OpenTimeseries = Timeseries<{
  type: TimeseriesType;
  intervals: IntervalsOptions;
  value: Value;
  read: unknown;
  write: Value;
  backend: NoBackend;
}>;

/** Whether an opening is to leave the store as it is, or may create what is missing there. */
export type Purpose = 'look' | 'write';

/** Opens the timeseries of the command line, and closes it after the work, well or not. */
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

export async function open({ source, options }: Reference, purpose: Purpose): Promise<OpenTimeseries> {
  const kairos = new Kairos();
  if (typeof source !== 'string') {
    for (const backend of await loadInstalledBackends()) kairos.register(backend);
    return kairos.timeseries(source, { ...options });
  }
  const scheme = schemeOf(source) ?? '';
  const backend = backendOfScheme(scheme);
  kairos.register(await loadBackend(backend, scheme));
  if (purpose === 'write') return kairos.timeseries(source, { ...options });
  if (scheme === 'sqlite') refuseMissingFile(source);
  const untouched = backend.createsTables ? { createTables: false } : {};
  return kairos.timeseries(source, { ...options, ...untouched });
}

/** To look at a file that is not there would create it. */
function refuseMissingFile(url: string): void {
  const [location = ''] = url.slice('sqlite:'.length).split('?', 1);
  const path = location.startsWith('//') ? decodeURIComponent(location.slice(2)) : location;
  if (path === '' || path.endsWith(':memory:') || existsSync(path)) return;
  throw new UsageError(`There is no file ${path}; expected a database of SQLite`);
}
