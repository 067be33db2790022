import { createSchema } from '../../core/src/schema/schema.js';
import { bucketsBetween, expiryOf, type Interval, locate } from '../../core/src/time/interval.js';
import { LATER_LIMIT, WINDOW_SIZE, WindowFields } from '../src/window-fields.js';

const units = [
  { step: 60 },
  { step: 'daily' },
  { step: 'weekly' },
  { step: 'monthly' },
  { step: 3600, resolution: 60 },
  { step: 60, resolution: 7 },
  { step: 'monthly', resolution: 'daily' },
  { step: 'monthly', resolution: 'weekly' },
  { step: 'monthly', resolution: 30 * 86_400 },
  { step: 'weekly', resolution: 7 * 86_400 },
  { step: 'daily', resolution: 3600 },
  { step: 'yearly', resolution: 'monthly' },
] as const;
const zones = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];
const cases = units.flatMap((unit) =>
  zones.map((zone) => [unit.step, 'resolution' in unit ? unit.resolution : null, zone] as const),
);

function intervalOf(
  step: (typeof units)[number]['step'],
  resolution: string | number | null,
  timezone: string,
) {
  const options = resolution === null ? { step } : { step, resolution: resolution as never };
  const schema = createSchema({ type: 'count', intervals: { it: { ...options, steps: 3 } }, timezone });
  const interval = schema.intervals.get('it');
  if (interval === undefined) throw new Error('There is no such interval');
  return interval;
}

/** Times of all kinds, many of them adjacent. Every run yields the same ones. */
function* times(interval: Interval): Generator<number> {
  const slot = (interval.resolution ?? interval.step).longest;
  for (const base of [-2_208_988_800, 0, 1_325_203_200, 1_700_000_000]) {
    for (let n = -10; n < 10; n++) yield base + Math.floor((n * slot) / 3) + n;
  }
}

describe.each(cases)('the fields of windows of %p by %p in %s', (step, resolution, zone) => {
  const interval = intervalOf(step, resolution, zone);
  const windows = new WindowFields(interval);
  const size = interval.resolution === null ? WINDOW_SIZE.coarse : WINDOW_SIZE.resolved;
  const places = [...times(interval)].map((timestamp) => locate(interval, timestamp));

  it('tell one bucket from all others, and give it back', () => {
    const found = new Map<string, string>();
    for (const placed of places) {
      const [window, field] = [windows.windowOf(placed), windows.fieldOf(placed)];
      expect(windows.placedAt(window, field)).toEqual(placed);
      expect(Number.parseInt(field, 10)).toBeLessThan(size);
      const text = JSON.stringify(placed);
      expect(found.get(`${window} ${field}`) ?? text).toBe(text);
      found.set(`${window} ${field}`, text);
    }
  });

  it('lie in the windows of their bucket, and are those that are asked for with it', () => {
    for (const placed of places) {
      const { bucket } = placed;
      const range = windows.windowsOf(bucket, bucket);
      const window = windows.windowOf(placed);
      expect(window).toBeGreaterThanOrEqual(range.first);
      expect(window).toBeLessThanOrEqual(range.last);
      const asked = [...windows.fieldsOf(window, bucket, bucket)];
      expect(asked).toContainEqual({ ...placed, field: windows.fieldOf(placed) });
      for (const { field, ...each } of asked) {
        expect(each.bucket).toBe(bucket);
        expect([windows.windowOf(each), windows.fieldOf(each)]).toEqual([window, field]);
      }
    }
  });

  it('rank as their buckets do, from the edge of a bucket on', () => {
    const rankOf = (placed: (typeof places)[number]) => {
      const [place = 0, later = 0] = windows.fieldOf(placed).split('+').map(Number);
      return place * LATER_LIMIT + later;
    };
    for (const [i, placed] of places.entries()) {
      const [window, rank] = [windows.windowOf(placed), rankOf(placed)];
      expect(windows.placedAtRank(window, rank)).toEqual(placed);
      for (const { bucket } of places.slice(Math.max(0, i - 5), i + 5)) {
        const edge = windows.edgeOf(bucket);
        const from = window > edge.window || (window === edge.window && rank >= edge.rank);
        expect(from).toBe(placed.bucket >= bucket);
      }
    }
  });

  it('expire with the last bucket of the window', () => {
    for (const placed of places) {
      const window = windows.windowOf(placed);
      const own = expiryOf(interval, placed.bucket) ?? Number.NaN;
      const at = windows.expiryOf(window, placed.bucket, own + 17);
      const [last] = [...windows.fieldsOf(window, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)].slice(
        -1,
      );
      expect(at).toBe((expiryOf(interval, last?.bucket ?? Number.NaN) ?? Number.NaN) + 17);
      expect(at).toBeGreaterThanOrEqual(own + 17);
      expect(windows.expiryOf(window, placed.bucket, null)).toBeNull();
    }
  });

  it('of all windows of a range are its buckets, each once', () => {
    const first = interval.step.bucketOf(1_700_000_000);
    const last = interval.step.bucketAt(interval.step.ordinalOf(first) + 3);
    const range = windows.windowsOf(first, last);
    const asked: { bucket: number; resolution: number }[] = [];
    for (let window = range.first; window <= range.last; window++) {
      for (const { bucket, resolution } of windows.fieldsOf(window, first, last))
        asked.push({ bucket, resolution });
    }
    const finer = interval.resolution;
    const expected = [...bucketsBetween(interval.step, first, last)].flatMap((bucket) => {
      if (finer === null) return [{ bucket, resolution: 0 }];
      const end = interval.step.startOf(interval.step.bucketAt(interval.step.ordinalOf(bucket) + 1)) - 1;
      const resolutions = bucketsBetween(
        finer,
        finer.bucketOf(interval.step.startOf(bucket)),
        finer.bucketOf(end),
      );
      return [...resolutions].map((resolution) => ({ bucket, resolution }));
    });
    const key = ({ bucket, resolution }: { bucket: number; resolution: number }) => `${bucket} ${resolution}`;
    expect(asked.map(key).sort()).toEqual(expected.map(key).sort());
  });
});
