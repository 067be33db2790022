/** A program that a new user types in, under 15 lines, with its output. */
export interface ShortProgram {
  readonly title: string;
  readonly code: string;
  /** The lines that it prints, in order. */
  readonly prints: readonly string[];
}

/** A program that the compiler rejects, with the compiler's message. */
export interface RefusedProgram {
  readonly title: string;
  readonly code: string;
  readonly says: string;
}

const begin = `import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
`;

export const programs: readonly ShortProgram[] = [
  {
    title: 'percentiles of a histogram, weighted by its counts',
    code: `${begin}const delays = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'histogram',
  intervals: { day: { step: 'daily' } },
});
await delays.insert('LHR', [1, 1, 1, 1, 1, 1, 1, 1, 1, 11], { timestamp: 0 });
const transform = ['median', 'p95', 'p99.9', 'stddev', 'distinct'] as const;
const [told] = (await delays.get('LHR', 'day', { timestamp: 0, transform })).values();
console.log(told);`,
    prints: ["{ median: 1, p95: 6.5, 'p99.9': 10.91, stddev: 3, distinct: 2 }"],
  },
  {
    title: 'many names in one round trip, apart and in order',
    code: `${begin}const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: '1min' } },
});
await hits.bulkInsert(new Map([[60, { home: [1, 2], about: [5] }]]));
for (const [name, counts] of await hits.seriesByName(['home', 'about'], 'minute', { start: 60, steps: 2 })) {
  console.log(name, [...counts.values()].join(' '));
}`,
    prints: ['home 3 0', 'about 5 0'],
  },
  {
    title: 'names by prefix',
    code: `${begin}const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: '1min' } },
});
for (const name of ['web.a', 'web.b', 'web', 'db.a']) await hits.insert(name);
console.log((await hits.list({ prefix: 'web.' })).join(' '));`,
    prints: ['web.a web.b'],
  },
  {
    title: 'the fate of a refused insert',
    code: `import { Kairos, StorageError } from '@kairos/core';
import { sql } from '@kairos/sql';
const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { day: { step: 'daily' } },
});
await hits.insert('home', 1.7e308, { timestamp: 0 });
const error = await hits.insert('home', 1.7e308, { timestamp: 0 }).catch((thrown: unknown) => thrown);
console.log(error instanceof StorageError && error.fate);`,
    prints: ['failed'],
  },
  {
    title: 'opening as recorded',
    code: `${begin}const kairos = new Kairos([sql]);
const intervals = { hour: { step: '1h', steps: 48 } } as const;
await (await kairos.timeseries('sqlite:recorded.db', { type: 'gauge', intervals })).close();
const recorded = await kairos.timeseries('sqlite:recorded.db', { type: 'gauge' });
await recorded.insert('outside', 21.5);
console.log(recorded.intervals, await recorded.list());`,
    prints: ["{ hour: { step: 3600, steps: 48 } } [ 'outside' ]"],
  },
  {
    title: 'units that cannot be misread',
    code: `${begin}const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { five: { step: '5min' }, ninety: { step: '90s' }, half: { step: '6mo' }, plain: { step: '60' } },
});
const timestamp = 15_552_100;
for (const interval of ['five', 'ninety', 'half', 'plain'] as const) {
  console.log(interval, ...(await hits.get('home', interval, { timestamp })).keys());
}`,
    prints: ['five 15552000', 'ninety 15552090', 'half 15552000', 'plain 15552060'],
  },
  {
    title: 'weeks from Monday, quarters, and hours that start at half past',
    code: `${begin}const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  timezone: 'Asia/Kolkata',
  intervals: { week: { step: 'isoWeekly' }, quarter: { step: 'quarterly' }, hour: { step: 'hourly' } },
});
const timestamp = Date.UTC(2025, 0, 1, 12, 45) / 1000;
await hits.insert('home', 1, { timestamp });
for (const interval of ['week', 'quarter', 'hour'] as const) {
  for (const start of (await hits.get('home', interval, { timestamp })).keys()) console.log(new Date(start * 1000).toISOString());
}`,
    prints: ['2024-12-29T18:30:00.000Z', '2024-12-31T18:30:00.000Z', '2025-01-01T12:30:00.000Z'],
  },
  {
    title: 'every store call on a diagnostics channel',
    code: `${begin}import { subscribe } from 'node:diagnostics_channel';
import type { StoreCall } from '@kairos/core';
subscribe('tracing:kairos.write:asyncEnd', (message) => {
  const { backend, type, names, buckets, inserts } = message as StoreCall;
  console.log(backend, type, names, buckets, inserts);
});
const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: '1min' } },
});
await Promise.all(['home', 'about', 'home'].map((name) => hits.insert(name, 1, { timestamp: 60 })));`,
    prints: ['sql count 2 2 3'],
  },
  {
    title: 'a custom schema, and an error for a dot in tableName',
    code: `${begin}import Database from 'better-sqlite3';
const database = new Database(':memory:');
database.exec("attach ':memory:' as analytics");
const options = { type: 'count', intervals: { day: { step: 'daily' } } } as const;
const hits = await new Kairos([sql]).timeseries(database, { ...options, schema: 'analytics', tableName: 'hits' });
await hits.insert('home');
console.log(database.prepare('select name from analytics.hits_count').pluck().get());
const dotted = new Kairos([sql]).timeseries(database, { ...options, tableName: 'analytics.hits' });
console.log(await dotted.catch(({ code, message }) => code + ' ' + /schema: "analytics"/.test(message)));`,
    prints: ['home', 'KAIROS_CONFIGURATION true'],
  },
  {
    title: 'tables that an administrator creates',
    code: `${begin}import { createStatements } from '@kairos/sql';
import Database from 'better-sqlite3';
const database = new Database('given.db');
const options = { type: 'set', intervals: { day: { step: 'daily' } }, createTables: false } as const;
const missing = new Kairos([sql]).timeseries(database, options);
console.log(await missing.catch(({ message }) => /createStatements/.test(message)));
for (const statement of createStatements({ dialect: 'sqlite', type: 'set' })) database.exec(statement);
const seen = await new Kairos([sql]).timeseries(database, options);
await seen.insert('visitors', 7);
console.log((await seen.list()).join());`,
    prints: ['true', 'visitors'],
  },
  {
    title: 'errors that name the file and the server',
    code: `${begin}const kairos = new Kairos([sql]);
const options = { type: 'count', intervals: { day: { step: 'daily' } } } as const;
for (const url of ['sqlite:missing/hits.db', 'postgres://ada:secret@127.0.0.1:1/site']) {
  const { message } = await kairos.timeseries(url, options).catch((error: Error) => error) as Error;
  console.log(/hits\\.db|127\\.0\\.0\\.1:1/.test(message), /the folder|ECONNREFUSED/.test(message), /secret/.test(message));
}`,
    prints: ['true true false', 'true true false'],
  },
];

export const refused: readonly RefusedProgram[] = [
  {
    title: 'a string for the default valueType, which holds numbers',
    code: `${begin}const seen = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'set',
  intervals: { day: { step: 'daily' } },
});
await seen.insert('visitors', 'ada');`,
    says: "Argument of type 'string' is not assignable to parameter of type 'number | readonly number[] | ReadonlySet<number>'",
  },
  {
    title: 'an interval that does not exist',
    code: `${begin}const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: '1min' }, month: { step: 'monthly' } },
});
console.log(await hits.get('home', 'hour'));`,
    says: `Argument of type '"hour"' is not assignable to parameter of type '"minute" | "month"'`,
  },
];
