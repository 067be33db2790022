import { parseTimestamp } from '../../src/time/parse-timestamp.js';

describe('A time that somebody writes', () => {
  it.each([
    ['1709247600', 1_709_247_600],
    ['1709247600.5', 1_709_247_600.5],
    ['-60', -60],
    ['2024-03-01', 1_709_247_600],
    ['2024-03-01T12:00', 1_709_290_800],
    ['2024-03-01T12:00Z', 1_709_294_400],
  ])('%s is %d in Paris', (text, seconds) => {
    expect(parseTimestamp(text, 'Europe/Paris')).toBe(seconds);
  });

  it.each(['', 'now', '-7d', '2024-13-01', '1e3', '12:61'])('%j is none', (text) => {
    expect(parseTimestamp(text, 'UTC')).toBeUndefined();
  });
});
