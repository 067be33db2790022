import { panelsTable, weeksTable } from '../src/report.js';

const day = Date.parse('2014-09-07') / 1000;

describe('The report', () => {
  it('shows how many days came from the cache', () => {
    const tally = { asked: 200, fromCache: 150, fromRecord: 50, queries: 5, failures: 0 };
    expect(
      weeksTable([
        { day, tally, panels: [], agree: true },
        { day, tally: { ...tally, asked: 0, fromCache: 0 }, panels: [], agree: false },
      ]).split('\n'),
    ).toEqual([
      '  week to     days asked  Redis  PostgreSQL  queries  both agree    hits',
      `  2014-09-07         200    150          50        5  yes         75.0 %  ${'█'.repeat(32)}`,
      '  2014-09-07           0      0          50        5  NO           0.0 %',
    ]);
  });

  it('shows the panels', () => {
    const panel = { city: 'Seattle', meanHigh: 20.04, coldest: -1, wetDays: 3, rain: 12.5, windiest: day };
    expect(panelsTable([panel]).split('\n')).toEqual([
      '  city     mean high °C  coldest °C  windiest    wet days  rain mm',
      `  Seattle          20.0        -1.0  2014-09-07         3     12.5  ${'█'.repeat(32)}`,
    ]);
  });
});
