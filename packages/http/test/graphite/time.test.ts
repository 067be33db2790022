import { offsetSeconds, parseTime } from '../../src/graphite/time.js';

const now = Date.UTC(2026, 10, 18, 11, 6, 40) / 1000;

const parse = (text: string, zone = 'UTC') => parseTime(text, { parameter: 'from', now, zone });
const iso = (text: string, zone?: string) => new Date(parse(text, zone) * 1000).toISOString().slice(0, 19);

describe("Graphite's times", () => {
  it.each([
    ['now', '2026-11-18T11:06:40'],
    ['', '2026-11-18T11:06:40'],
    ['today', '2026-11-18T00:00:00'],
    ['yesterday', '2026-11-17T00:00:00'],
    ['tomorrow', '2026-11-19T00:00:00'],
    ['noon', '2026-11-18T12:00:00'],
    ['midnight', '2026-11-18T00:00:00'],
    ['teatime', '2026-11-18T16:00:00'],
    ['noon yesterday', '2026-11-17T12:00:00'],
    ['noon_yesterday', '2026-11-17T12:00:00'],
    ['6pm', '2026-11-18T18:00:00'],
    ['6pm today', '2026-11-18T18:00:00'],
    ['12am', '2026-11-18T00:00:00'],
    ['12pm', '2026-11-18T12:00:00'],
    ['8:50am', '2026-11-18T08:50:00'],
    ['8:50', '2026-11-18T08:50:00'],
    ['8:50pm', '2026-11-18T20:50:00'],
    ['04:00_20261110', '2026-11-10T04:00:00'],
    ['20261110', '2026-11-10T00:00:00'],
    ['19990101', '1999-01-01T00:00:00'],
    ['11/10/26', '2026-11-10T00:00:00'],
    ['11/10/2026', '2026-11-10T00:00:00'],
    ['12:30 11/10/26', '2026-11-10T12:30:00'],
    ['january 1', '2026-01-01T00:00:00'],
    ['nov 3', '2026-11-03T00:00:00'],
    ['monday', '2026-11-16T00:00:00'],
    ['wed', '2026-11-18T00:00:00'],
    ['5pm monday', '2026-11-16T17:00:00'],
    ['noon 20261101', '2026-11-01T12:00:00'],
    ['-1min', '2026-11-18T11:05:40'],
    ['-90s', '2026-11-18T11:05:10'],
    ['-36hours', '2026-11-16T23:06:40'],
    ['-1h30min', '2026-11-18T09:36:40'],
    ['-1w', '2026-11-11T11:06:40'],
    ['-2mon', '2026-09-19T11:06:40'],
    ['-1y', '2025-11-18T11:06:40'],
    ['now-1d', '2026-11-17T11:06:40'],
    ['now+1h', '2026-11-18T12:06:40'],
    ['noon+1h', '2026-11-18T13:00:00'],
    ['today-1d', '2026-11-17T00:00:00'],
    ['1794990000', '2026-11-18T08:20:00'],
    ['99999999', '1973-03-03T09:46:39'],
    ['0850', '1970-01-01T00:14:10'],
  ])('%j is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    ['-5m'],
    ['-90'],
    ['-1.5h'],
    ['-1foo'],
    ['bogus'],
    ['11/10'],
    ['feb 30'],
    ['24:00_20261110'],
    ['00:00_20261301'],
    ['13pm'],
    ['2026-11-10'],
    ['1794990000.5'],
    ['99999999999999999999'],
  ])('%j is refused, with the parameter and the text', (text) => {
    expect(() => parse(text)).toThrow(`Parameter "from" is ${JSON.stringify(text)}; expected Unix seconds`);
  });

  it('times of day and dates are those of the timezone, across its changes of the clock too', () => {
    expect(iso('20260701', 'Europe/Berlin')).toBe('2026-06-30T22:00:00');
    expect(iso('16:30_20261110', 'America/New_York')).toBe('2026-11-10T21:30:00');
    expect(iso('today', 'Pacific/Auckland')).toBe('2026-11-18T11:00:00');
    expect(iso('now', 'Pacific/Auckland')).toBe('2026-11-18T11:06:40');
    expect(iso('03:00_20260329', 'Europe/Berlin')).toBe('2026-03-29T01:00:00');
    expect(iso('01:30_20260329', 'Europe/Berlin')).toBe('2026-03-29T00:30:00');
  });

  it('durations add up their parts; minutes and months are written apart', () => {
    expect(offsetSeconds('1h30min')).toBe(5400);
    expect(offsetSeconds('-1mon')).toBe(-2_592_000);
    expect(offsetSeconds('10minutes')).toBe(600);
    expect(offsetSeconds('5m')).toBeUndefined();
    expect(offsetSeconds('5')).toBeUndefined();
  });
});
