import { readWeather } from '../src/weather.js';

describe('The weather', () => {
  it('has four quantities of two cities on each day of four years', async () => {
    const readings = await readWeather();
    expect(readings).toHaveLength(4 * 2 * 1461);
    expect(readings.every(({ value }) => Number.isFinite(value))).toBe(true);
    const second = Date.parse('2012-01-02') / 1000;
    expect(readings.filter(({ name, day }) => day === second && name.startsWith('Seattle'))).toEqual([
      { name: 'Seattle precipitation', day: second, value: 10.9 },
      { name: 'Seattle temp_max', day: second, value: 10.6 },
      { name: 'Seattle temp_min', day: second, value: 2.8 },
      { name: 'Seattle wind', day: second, value: 4.5 },
    ]);
  });
});
