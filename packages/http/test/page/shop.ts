import type { AnyTimeseries } from '@kairos/core';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const MINUTE = 60;
const DAY = 86_400;

export interface Shop {
  readonly timeseries: Readonly<Record<string, AnyTimeseries>>;
  close(): Promise<void>;
}

/** Numbers from 0 to 1, the same in every run. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A shop's day up to now: requests, their latency, orders by country, stock. */
export async function openShop(now: number): Promise<Shop> {
  const kairos = new Kairos([sql]);
  const intervals = {
    minute: { step: MINUTE, steps: 2880 },
    '5min': { step: 300 },
    month: { step: 'monthly', resolution: 'daily' },
  } as const;
  const open = { intervals, clock: () => now };
  const requests = await kairos.timeseries('sqlite::memory:', { ...open, type: 'count' });
  const latency = await kairos.timeseries('sqlite::memory:', { ...open, type: 'histogram' });
  const stock = await kairos.timeseries('sqlite::memory:', { ...open, type: 'gauge' });
  const basket = await kairos.timeseries('sqlite::memory:', { ...open, type: 'series' });
  const chance = chances(7);
  const writes = { requests: new Map(), latency: new Map(), stock: new Map(), basket: new Map() };
  const levels = { shirts: 420, mugs: 260 };
  for (let at = now - DAY; at <= now; at += MINUTE) {
    const day = 1 + 0.7 * Math.sin(((at % DAY) / DAY) * 2 * Math.PI - 1.6);
    const wave = 1 + 0.15 * Math.sin(at / 1900);
    const few = (size: number) => Math.round(size * day * wave * (0.75 + chance() / 2));
    writes.requests.set(at, { checkout: [few(14)], search: [few(46)], home: [few(88)], api: [few(30)] });
    // Slow answers for a while, some four hours ago.
    const slow = Math.max(0, 1 - Math.abs(now - at - 3.2 * 3600) / 1500);
    const times = Array.from({ length: few(70) }, () =>
      Math.round(
        18 * (1 + slow * 3 * chance()) * Math.exp(Math.abs(chance() + chance() + chance() - 1.5) * 1.9),
      ),
    );
    writes.latency.set(at, { checkout: times });
    levels.shirts -= chance() < 0.3 ? 1 : 0;
    levels.mugs -= chance() < 0.22 ? 1 : 0;
    if (levels.shirts < 220) levels.shirts = 460;
    if (levels.mugs < 110) levels.mugs = 300;
    if (at % 300 < MINUTE) writes.stock.set(at, { shirts: [levels.shirts], mugs: [levels.mugs] });
    writes.basket.set(at, {
      web: Array.from({ length: few(6) }, () => 12 + Math.round(chance() ** 3 * 9000) / 100),
    });
  }
  await Promise.all([
    requests.bulkInsert(writes.requests),
    latency.bulkInsert(writes.latency),
    stock.bulkInsert(writes.stock),
    basket.bulkInsert(writes.basket),
  ]);
  const timeseries = { requests, latency, stock, basket };
  return {
    timeseries,
    close: async () => {
      await Promise.all(Object.values(timeseries).map((each) => each.close()));
    },
  };
}
