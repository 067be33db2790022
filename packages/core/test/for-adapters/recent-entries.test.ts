import { RecentEntries } from '../../src/for-adapters/recent-entries.js';

describe('The entries that a process wrote lately', () => {
  it('are told apart by name, interval and window', () => {
    const recent = new RecentEntries();
    recent.add('home', 'minute', [1, 2]);
    expect(recent.has('home', 'minute', 2)).toBe(true);
    expect(recent.has('home', 'minute', 3)).toBe(false);
    expect(recent.has('home', 'hour', 2)).toBe(false);
    expect(recent.has('about', 'minute', 2)).toBe(false);
  });

  it('are recent for five minutes, whatever the clock is set to', () => {
    const recent = new RecentEntries();
    recent.add('home', 'minute', [1]);
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now');
    clock.mockReturnValue(now + 299_000);
    expect(recent.has('home', 'minute', 1)).toBe(true);
    jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(recent.has('home', 'minute', 1)).toBe(true);
    clock.mockReturnValue(now + 301_000);
    expect(recent.has('home', 'minute', 1)).toBe(false);
    jest.restoreAllMocks();
  });

  it('are not recent any more after the machine was suspended for longer', () => {
    const recent = new RecentEntries();
    recent.add('home', 'minute', [1]);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 301_000);
    expect(recent.has('home', 'minute', 1)).toBe(false);
    jest.restoreAllMocks();
  });

  it('are forgotten by name', () => {
    const recent = new RecentEntries();
    recent.add('home', 'minute', [1, 2]);
    recent.add('about', 'minute', [1]);
    recent.delete('home');
    expect(recent.has('home', 'minute', 1)).toBe(false);
    expect(recent.has('home', 'minute', 2)).toBe(false);
    expect(recent.has('about', 'minute', 1)).toBe(true);
  });

  it('are at most 50,000, of which the names go first that were not written for the longest', () => {
    const recent = new RecentEntries();
    for (let index = 0; index < 50_000; index++) recent.add(`name ${index}`, 'minute', [1]);
    recent.add('name 0', 'minute', [1]);
    recent.add('one more', 'minute', [1]);
    expect(recent.has('name 0', 'minute', 1)).toBe(true);
    expect(recent.has('name 1', 'minute', 1)).toBe(false);
    expect(recent.has('name 2', 'minute', 1)).toBe(true);
    expect(recent.has('one more', 'minute', 1)).toBe(true);
    recent.delete('name 2');
    recent.add('another', 'minute', [1]);
    expect(recent.has('name 3', 'minute', 1)).toBe(true);
  });

  it('are the last windows of a name that has more than that', () => {
    const recent = new RecentEntries();
    recent.add('home', 'minute', Array(50_001).keys());
    expect(recent.has('home', 'minute', 0)).toBe(false);
    expect(recent.has('home', 'minute', 1)).toBe(true);
    expect(recent.has('home', 'minute', 50_000)).toBe(true);
  });

  it('leave out long names', () => {
    const recent = new RecentEntries();
    recent.add('x'.repeat(513), 'minute', [1]);
    expect(recent.has('x'.repeat(513), 'minute', 1)).toBe(false);
  });
});
