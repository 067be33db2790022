import { dayLine } from '../../src/time/day-line.js';
import { isSameZone, otherNames, zoneName } from '../../src/time/zone-names.js';

const pairs = [
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['US/Eastern', 'America/New_York'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['asia/KOLKATA', 'Asia/Calcutta'],
  ['europe/paris', 'Europe/Paris'],
  ['GMT', 'UTC'],
  ['utc', 'UTC'],
  ['Etc/UTC', 'Etc/GMT'],
  ['Zulu', 'Greenwich'],
] as const;

/** Runtimes report a zone by its old name, its new name, or the name given. */
function inRuntime<R>(calls: (name: string) => string, work: () => R): R {
  const { DateTimeFormat } = Intl;
  const created = jest.spyOn(Intl, 'DateTimeFormat').mockImplementation((locales, options) => {
    const format = new DateTimeFormat(locales, options);
    const resolved = { ...format.resolvedOptions(), timeZone: calls(options?.timeZone ?? '') };
    jest.spyOn(format, 'resolvedOptions').mockReturnValue(resolved);
    return format;
  });
  try {
    return work();
  } finally {
    created.mockRestore();
  }
}

const fixed = (names: Record<string, string>) => (name: string) => names[name.toLowerCase()] ?? name;
const runtimes: Record<string, (name: string) => string> = {
  'gives old names': fixed({ 'asia/kolkata': 'Asia/Calcutta', 'us/eastern': 'America/New_York' }),
  'gives new names': fixed({ 'asia/calcutta': 'Asia/Kolkata', 'us/eastern': 'America/New_York' }),
  'gives back what it gets': (name) => name,
};

describe('A timezone', () => {
  it.each(pairs)('is one by the names of %s and %s, and recorded by one', (one, other) => {
    expect(isSameZone(one, other)).toBe(true);
    expect(zoneName(one)).toBe(zoneName(other));
    expect(dayLine(one).timezone).toBe(dayLine(other).timezone);
  });

  it.each(Object.keys(runtimes))('is recorded by the same name where the runtime %s', (runtime) => {
    const names = inRuntime(runtimes[runtime] ?? String, () =>
      ['Asia/Calcutta', 'Asia/Kolkata', 'US/Eastern', 'America/New_York', 'Etc/UTC'].map(zoneName),
    );
    expect(names).toEqual(['Asia/Kolkata', 'Asia/Kolkata', 'America/New_York', 'America/New_York', 'UTC']);
  });

  it('is one by a link that only the runtime knows, and recorded as it is given', () => {
    const calls = fixed({ 'europe/oslo': 'Europe/Berlin', 'europe/kyiv': 'Europe/Kiev' });
    inRuntime(calls, () => {
      expect(isSameZone('Europe/Oslo', 'Europe/Berlin')).toBe(true);
      expect(zoneName('Europe/Oslo')).toBe('Europe/Oslo');
    });
  });

  it.each([
    ['Europe/Paris', 'Europe/Berlin'],
    ['UTC', 'Europe/London'],
    ['Mars/Olympus', 'UTC'],
    ['Mars/Olympus', 'Venus/Maxwell'],
  ])('is another one: %s and %s', (one, other) => {
    expect(isSameZone(one, other)).toBe(false);
  });

  it('has no other name here that this runtime takes for another zone', () => {
    const resolved = (timeZone: string) =>
      new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    for (const [name, others] of Object.entries(otherNames)) {
      expect([name, ...others.split(' ').map(resolved)]).toEqual([
        name,
        ...others.split(' ').map(() => resolved(name)),
      ]);
    }
  });
});
