import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { sql } from '@kairos/sql';

export const DAY = 86_400;

/** Days that a dashboard shows, up to yesterday. The cache keeps these and today. */
export const SHOWN = 56;

/** The record keeps every reading for ever. */
export function openRecord(url: string, tableName: string) {
  return new Kairos([sql]).timeseries(url, {
    type: 'gauge',
    intervals: { day: { step: 'daily' } },
    valueType: 'float',
    tableName,
  });
}

/**
 * The cache holds the days that dashboards have requested. They are gauges, so several processes may write
 * the same day.
 */
export function openCache(url: string, prefix: string, clock: () => number) {
  return new Kairos([redis]).timeseries(url, {
    type: 'gauge',
    intervals: { day: { step: 'daily', steps: SHOWN + 1 } },
    readFunc: (value) => Number(value),
    prefix,
    clock,
  });
}

export type RecordSeries = Awaited<ReturnType<typeof openRecord>>;
export type CacheSeries = Awaited<ReturnType<typeof openCache>>;
