import { Screen } from '../src/screen.js';
import type { Snapshot } from '../src/snapshot.js';
import { line, tables } from '../src/view.js';

const tally = { packets: 7, metrics: 9, refused: 1, dropped: 0, waiting: 2, unknown: 0, error: null };
const shot: Snapshot = {
  rates: [{ name: 'http.requests', perSecond: 12.34 }],
  times: [{ name: 'http.time', count: 3, mean: 80.2, p95: 215 }],
  gauges: [{ name: 'queue', level: '4' }],
  sets: [{ name: 'users\u001b[2J', distinct: 5 }],
};

describe('The view', () => {
  it('shows rates, percentiles, levels and how many are distinct', () => {
    const rows = tables(shot, tally)
      .split('\n')
      .map((row) => row.replace(/\s*█*$/, ''));
    expect(rows).toEqual([
      '  count               a second',
      '  http.requests           12.3',
      '',
      '  time in ms          mean  p95',
      '  http.time             80  215',
      '',
      '  gauge               now',
      '  queue                 4',
      '',
      '  set                 distinct',
      '  users?[2J                  5',
      '',
      '  packets 7  metrics 9  waiting 2  refused 1',
    ]);
  });

  it('is one line where there is no terminal', () => {
    expect(line(shot, tally)).toBe(
      '  packets 7  metrics 9  waiting 2  refused 1  http.requests 12.3/s  http.time p95 215 ms',
    );
  });

  it('is redrawn over itself', () => {
    const written: string[] = [];
    const screen = new Screen({ write: (text) => written.push(text) > 0 });
    screen.draw('a\nb');
    screen.draw('c');
    screen.draw('d');
    expect(written).toEqual(['a\nb\n', '\x1b[2A\r\x1b[Jc\n', '\x1b[1A\r\x1b[Jd\n']);
  });
});
