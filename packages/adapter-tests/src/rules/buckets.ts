import assert from 'node:assert/strict';
import type { IntervalsOptions } from '@kairos/core';
import { filled, nestedTimeline, timeline } from '../harness/compare.js';
import { dataOf, types } from '../harness/model.js';
import { intervalsIn, nameIn } from '../harness/timezones.js';
import { rule } from '../rule.js';

const utc = (...parts: [year: number, month: number, day?: number, hour?: number, minute?: number]) => {
  const [year, month, day = 1, hour = 0, minute = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute) / 1000;
};

const relative = {
  second: { step: 1 },
  minute: { step: 60 },
  '7 s in a minute': { step: 60, resolution: 7 },
  'minutes in an hour': { step: '1h', resolution: 60 },
  '30 days': { step: '30d' },
  '60 in digits': { step: '60' },
  '90 s in 5 minutes': { step: '5min', resolution: '90s' },
  'a month of 30 days': { step: '1mo', resolution: '1m' },
} as const;

const calendar = {
  daily: { step: 'daily' },
  weekly: { step: 'weekly' },
  monthly: { step: 'monthly' },
  yearly: { step: 'yearly' },
  'days in weeks': { step: 'weekly', resolution: 'daily' },
  'days in months': { step: 'monthly', resolution: 'daily' },
  'weeks in months': { step: 'monthly', resolution: 'weekly' },
  'hours in days': { step: 'daily', resolution: '1h' },
  'months in years': { step: 'yearly', resolution: 'monthly' },
  hourly: { step: 'hourly' },
  'ISO weeks': { step: 'isoWeekly' },
  quarterly: { step: 'quarterly' },
  'hours of the local day': { step: 'daily', resolution: 'hourly' },
  'ISO weeks in quarters': { step: 'quarterly', resolution: 'isoWeekly' },
  'hours since the epoch in local ones': { step: 'hourly', resolution: '1h' },
} as const;

/** The places of an event: the starts of its bucket and, if there is one, its resolution bucket. */
type Place = readonly [bucket: number, resolution?: number];

interface Event {
  readonly what: string;
  readonly timestamp: number;
  readonly places: { readonly [interval: string]: Place };
}

const relativeEvents: readonly Event[] = [
  {
    what: 'the epoch',
    timestamp: 0,
    places: {
      second: [0],
      minute: [0],
      '7 s in a minute': [0, 0],
      'minutes in an hour': [0, 0],
      '30 days': [0],
      '60 in digits': [0],
      '90 s in 5 minutes': [0, 0],
      'a month of 30 days': [0],
    },
  },
  {
    what: 'the second before the epoch',
    timestamp: -1,
    places: {
      second: [-1],
      minute: [-60],
      '7 s in a minute': [-60, -7],
      'minutes in an hour': [-3600, -60],
      '30 days': [-2_592_000],
      '60 in digits': [-60],
      '90 s in 5 minutes': [-300, -90],
      'a month of 30 days': [-2_592_000],
    },
  },
  {
    what: 'half a second before the epoch',
    timestamp: -0.5,
    places: { second: [-1], minute: [-60], '7 s in a minute': [-60, -7], '30 days': [-2_592_000] },
  },
  {
    what: 'a minute before the epoch',
    timestamp: -60,
    places: {
      second: [-60],
      minute: [-60],
      '7 s in a minute': [-60, -60],
      'minutes in an hour': [-3600, -60],
    },
  },
  {
    what: 'the last moment of a minute',
    timestamp: 119.999,
    places: { second: [119], minute: [60], '7 s in a minute': [60, 119], 'minutes in an hour': [0, 60] },
  },
  {
    what: 'the summer of 1883',
    timestamp: utc(1883, 7, 1, 12, 34) + 5,
    places: {
      minute: [utc(1883, 7, 1, 12, 34)],
      'minutes in an hour': [utc(1883, 7, 1, 12), utc(1883, 7, 1, 12, 34)],
    },
  },
  {
    what: 'the year 2199',
    timestamp: utc(2199, 12, 31, 23, 59),
    places: {
      second: [utc(2199, 12, 31, 23, 59)],
      minute: [utc(2199, 12, 31, 23, 59)],
      'minutes in an hour': [utc(2199, 12, 31, 23), utc(2199, 12, 31, 23, 59)],
    },
  },
];

const utcEvents: readonly Event[] = [
  {
    what: 'a leap day',
    timestamp: utc(2024, 2, 29, 23, 30),
    places: {
      daily: [utc(2024, 2, 29)],
      weekly: [utc(2024, 2, 25)],
      monthly: [utc(2024, 2)],
      yearly: [utc(2024, 1)],
      'days in weeks': [utc(2024, 2, 25), utc(2024, 2, 29)],
      'days in months': [utc(2024, 2), utc(2024, 2, 29)],
      'weeks in months': [utc(2024, 2), utc(2024, 2, 25)],
      'hours in days': [utc(2024, 2, 29), utc(2024, 2, 29, 23)],
      'months in years': [utc(2024, 1), utc(2024, 2)],
      hourly: [utc(2024, 2, 29, 23)],
      'ISO weeks': [utc(2024, 2, 26)],
      quarterly: [utc(2024, 1)],
      'hours of the local day': [utc(2024, 2, 29), utc(2024, 2, 29, 23)],
      'ISO weeks in quarters': [utc(2024, 1), utc(2024, 2, 26)],
    },
  },
  {
    what: 'the first days of a year, before its first Sunday',
    timestamp: utc(2021, 1, 2),
    places: {
      weekly: [utc(2021, 1, 1)],
      'days in weeks': [utc(2021, 1, 1), utc(2021, 1, 2)],
      'weeks in months': [utc(2021, 1, 1), utc(2021, 1, 1)],
      'ISO weeks': [utc(2020, 12, 28)],
      'ISO weeks in quarters': [utc(2021, 1), utc(2021, 1)],
      yearly: [utc(2021, 1)],
    },
  },
  {
    what: 'the last days of a year, whose week crosses New Year',
    timestamp: utc(2020, 12, 31, 23, 59),
    places: {
      weekly: [utc(2020, 12, 27)],
      'days in weeks': [utc(2020, 12, 27), utc(2020, 12, 31)],
      'weeks in months': [utc(2020, 12), utc(2020, 12, 27)],
      'months in years': [utc(2020, 1), utc(2020, 12)],
      'ISO weeks': [utc(2020, 12, 28)],
      quarterly: [utc(2020, 10)],
      'ISO weeks in quarters': [utc(2020, 10), utc(2020, 12, 28)],
    },
  },
  {
    what: 'a week that begins in the month before',
    timestamp: utc(2023, 11, 3),
    places: {
      weekly: [utc(2023, 10, 29)],
      'days in weeks': [utc(2023, 10, 29), utc(2023, 11, 3)],
      'weeks in months': [utc(2023, 11), utc(2023, 11)],
    },
  },
  {
    what: 'the last second of 1969',
    timestamp: -1,
    places: {
      daily: [utc(1969, 12, 31)],
      monthly: [utc(1969, 12)],
      yearly: [utc(1969, 1)],
      'hours in days': [utc(1969, 12, 31), -3600],
      hourly: [-3600],
      'ISO weeks': [utc(1969, 12, 29)],
      quarterly: [utc(1969, 10)],
    },
  },
  {
    what: 'a day of 1900, which was no leap year',
    timestamp: utc(1900, 3, 1),
    places: {
      daily: [utc(1900, 3, 1)],
      'days in months': [utc(1900, 3), utc(1900, 3, 1)],
      yearly: [utc(1900, 1)],
    },
  },
];

const newYorkEvents: readonly Event[] = [
  {
    what: 'an evening that is the next day in UTC',
    timestamp: utc(2024, 3, 1, 4, 59),
    places: {
      daily: [utc(2024, 2, 29, 5)],
      monthly: [utc(2024, 2, 1, 5)],
      'days in months': [utc(2024, 2, 1, 5), utc(2024, 2, 29, 5)],
      'hours in days': [utc(2024, 2, 29, 5), utc(2024, 3, 1, 4)],
    },
  },
  {
    what: 'the day of 23 hours',
    timestamp: utc(2024, 3, 11, 3, 59),
    places: {
      daily: [utc(2024, 3, 10, 5)],
      weekly: [utc(2024, 3, 10, 5)],
      'days in weeks': [utc(2024, 3, 10, 5), utc(2024, 3, 10, 5)],
    },
  },
  {
    what: 'the day of 25 hours',
    timestamp: utc(2024, 11, 4, 4, 59),
    places: {
      daily: [utc(2024, 11, 3, 4)],
      'hours in days': [utc(2024, 11, 3, 4), utc(2024, 11, 4, 4)],
      hourly: [utc(2024, 11, 4, 4)],
      'hours of the local day': [utc(2024, 11, 3, 4), utc(2024, 11, 4, 4)],
      'ISO weeks': [utc(2024, 10, 28, 4)],
      quarterly: [utc(2024, 10, 1, 4)],
    },
  },
  {
    what: 'New Year, five hours late',
    timestamp: utc(2024, 1, 1, 4, 59),
    places: { yearly: [utc(2023, 1, 1, 5)], 'months in years': [utc(2023, 1, 1, 5), utc(2023, 12, 1, 5)] },
  },
];

const apiaEvents: readonly Event[] = [
  {
    what: 'the day before the one that Samoa skipped',
    timestamp: utc(2011, 12, 30, 9, 59),
    places: { daily: [utc(2011, 12, 29, 10)], monthly: [utc(2011, 12, 1, 10)] },
  },
  {
    what: 'the day after it, 24 hours later by the date but not by the clock',
    timestamp: utc(2011, 12, 30, 10),
    places: {
      daily: [utc(2011, 12, 30, 10)],
      'days in months': [utc(2011, 12, 1, 10), utc(2011, 12, 30, 10)],
    },
  },
];

const nepalEvents: readonly Event[] = [
  {
    what: 'twenty past noon, where hours since the epoch start at a quarter to',
    timestamp: utc(2024, 3, 1, 6, 35),
    places: {
      hourly: [utc(2024, 3, 1, 6, 15)],
      'hours of the local day': [utc(2024, 2, 29, 18, 15), utc(2024, 3, 1, 6, 15)],
      'hours since the epoch in local ones': [utc(2024, 3, 1, 6, 15), utc(2024, 3, 1, 6, 15)],
      'ISO weeks': [utc(2024, 2, 25, 18, 15)],
    },
  },
];

const groups: readonly {
  readonly called: string;
  readonly intervals: IntervalsOptions;
  readonly timezone: string;
  readonly events: readonly Event[];
}[] = [
  { called: 'relative buckets', intervals: relative, timezone: 'UTC', events: relativeEvents },
  { called: 'Gregorian buckets in UTC', intervals: calendar, timezone: 'UTC', events: utcEvents },
  {
    called: 'Gregorian buckets in New York',
    intervals: calendar,
    timezone: 'America/New_York',
    events: newYorkEvents,
  },
  {
    called: 'Gregorian buckets in Nepal',
    intervals: calendar,
    timezone: 'Asia/Kathmandu',
    events: nepalEvents,
  },
  { called: 'Gregorian buckets in Samoa', intervals: calendar, timezone: 'Pacific/Apia', events: apiaEvents },
];

export const bucketsRule = rule('Rule 2: buckets', (it) => {
  for (const { called, intervals, timezone, events } of groups) {
    for (const type of types) {
      it(`${called} of a ${type} hold their events`, async (store) => {
        const timeseries = await store.shared(type, intervalsIn(timezone, intervals), { timezone });
        for (const { what, timestamp, places } of events) {
          const name = store.name(what);
          await timeseries.insert(name, [3, 4], { timestamp });
          const data = dataOf(type, [3, 4]);
          for (const [called, [bucket, resolution]] of Object.entries(places)) {
            const interval = nameIn(timezone, called);
            const context = `${what} in ${JSON.stringify(interval)}`;
            const got = timeline(await timeseries.get(name, interval, { timestamp }));
            assert.deepEqual(got, [[resolution ?? bucket, data]], context);
            const read = await timeseries.series(name, interval, { start: timestamp, condense: true });
            assert.deepEqual(timeline(read), [[bucket, data]], context);
          }
          const properties = Object.entries(await timeseries.properties(name));
          for (const [interval, { first, last } = { first: 0, last: 0 }] of properties) {
            const [bucket] = places[interval.slice(0, -timezone.length - 1)] ?? [first];
            assert.deepEqual(
              { first, last },
              { first: bucket, last: bucket },
              `${what}: bounds of ${interval}`,
            );
          }
        }
      });
    }
  }

  it('weeks in months and 7 s in a minute are cut at the edges, and ascend', async (store) => {
    const series = await store.shared('series', {
      'weeks in months': calendar['weeks in months'],
      '7 s in a minute': relative['7 s in a minute'],
    });
    const name = store.name();
    const week = utc(2023, 10, 29);
    await series.insert(name, 1, { timestamp: utc(2023, 10, 31) });
    await series.insert(name, 2, { timestamp: utc(2023, 11, 2) });
    await series.insert(name, 3, { timestamp: utc(2023, 11, 30) });
    const weeks = await series.series(name, 'weeks in months', {
      start: utc(2023, 10),
      end: utc(2023, 12),
    });
    assert.deepEqual(nestedTimeline(weeks), [
      [utc(2023, 10), [[week, [1]]]],
      [
        utc(2023, 11),
        [
          [utc(2023, 11), [2]],
          [utc(2023, 11, 26), [3]],
        ],
      ],
      [utc(2023, 12), []],
    ]);
    const short = store.name('short');
    for (const timestamp of [58, 60, 62, 119, 120, 126]) {
      await series.insert(short, timestamp, { timestamp });
    }
    const cut = await series.series(short, '7 s in a minute', { start: 0, end: 120 });
    assert.deepEqual(nestedTimeline(cut), [
      [0, [[56, [58]]]],
      [
        60,
        [
          [60, [60, 62]],
          [119, [119]],
        ],
      ],
      [
        120,
        [
          [120, [120]],
          [126, [126]],
        ],
      ],
    ]);
  });

  for (const type of types) {
    it(`copies of a ${type} land on the start of each neighbouring interval`, async (store) => {
      const timeseries = await store.shared(type, {
        minute: { step: 60 },
        'minutes in an hour': { step: '1h', resolution: 60 },
        monthly: { step: 'monthly' },
        'days in months': { step: 'monthly', resolution: 'daily' },
      });
      const data = dataOf(type, [6]);
      const [before, after] = [store.name('before'), store.name('after')];
      const timestamp = utc(2024, 1, 31, 10, 30) + 15;
      assert.deepEqual(await timeseries.insert(before, 6, { timestamp, intervals: -2 }), {
        stored: 12,
        expired: 0,
      });
      await timeseries.bulkInsert(new Map([[timestamp, { [after]: [6] }]]), { intervals: 1 });
      const wide = { start: utc(2023, 10), end: utc(2024, 4) };
      assert.deepEqual(filled(await timeseries.series(before, 'monthly', wide)), [
        [utc(2023, 11), data],
        [utc(2023, 12), data],
        [utc(2024, 1), data],
      ]);
      assert.deepEqual(filled(await timeseries.series(after, 'monthly', wide)), [
        [utc(2024, 1), data],
        [utc(2024, 2), data],
      ]);
      const days = await timeseries.series(before, 'days in months', wide);
      assert.deepEqual(
        nestedTimeline(days).flatMap(([, resolutions]) => resolutions),
        [
          [utc(2023, 11), data],
          [utc(2023, 12), data],
          [utc(2024, 1, 31), data],
        ],
      );
      const near = { start: utc(2024, 1, 31, 7), end: utc(2024, 1, 31, 13) };
      const hours = await timeseries.series(before, 'minutes in an hour', near);
      assert.deepEqual(
        nestedTimeline(hours).flatMap(([, resolutions]) => resolutions),
        [
          [utc(2024, 1, 31, 8), data],
          [utc(2024, 1, 31, 9), data],
          [utc(2024, 1, 31, 10, 30), data],
        ],
      );
      assert.deepEqual(filled(await timeseries.series(after, 'minute', near)), [
        [utc(2024, 1, 31, 10, 30), data],
        [utc(2024, 1, 31, 10, 31), data],
      ]);
    });
  }

  it('copies are independent: adding to one bucket leaves the others alone', async (store) => {
    for (const type of types) {
      const timeseries = await store.shared(type, { minute: { step: 60 } });
      const name = store.name();
      await timeseries.insert(name, [1, 2], { timestamp: 600, intervals: 2 });
      await timeseries.insert(name, 9, { timestamp: 660 });
      assert.deepEqual(timeline(await timeseries.series(name, 'minute', { start: 540, end: 780 })), [
        [540, dataOf(type, [])],
        [600, dataOf(type, [1, 2])],
        [660, dataOf(type, [1, 2, 9])],
        [720, dataOf(type, [1, 2])],
        [780, dataOf(type, [])],
      ]);
    }
  });
});
