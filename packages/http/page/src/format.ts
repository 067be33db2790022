import { DAY, HOUR } from './board.js';

const LOCALE = 'en-GB';
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

/** A figure in text: whole numbers in full, fractions to five digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return whole.format(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3);
  const digits = Math.max(0, 4 - Math.max(0, Math.floor(Math.log10(size))));
  return new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value);
}

/** A figure at an axis, such as `12k`. */
export function compactNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && size < 1e-3 ? value.toExponential(1) : compact.format(value).replace('K', 'k');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function part(time: number, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone}:${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(LOCALE, {
      ...options,
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
    formats.set(key, format);
  }
  return format.format(time * 1000);
}

const dayAndMonth = (time: number, zone: string | undefined) =>
  part(time, zone, { day: 'numeric', month: 'short' });

const clock = (time: number, zone: string | undefined, seconds: boolean) =>
  part(time, zone, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) });

/** The time of a bucket, as precise as its length requires, in a timezone. Default: the browser's. */
export function formatTime(time: number, bucketSeconds: number, zone: string | undefined): string {
  if (bucketSeconds > 360 * DAY) return part(time, zone, { year: 'numeric' });
  if (bucketSeconds > 27 * DAY) return part(time, zone, { month: 'long', year: 'numeric' });
  const day = part(time, zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  return bucketSeconds >= DAY ? day : `${day}, ${clock(time, zone, bucketSeconds < 60)}`;
}

/** The labels of an axis for times that are `apart` seconds apart. */
export function axisTimes(times: readonly number[], apart: number, zone: string | undefined): string[] {
  return times.map((time) => {
    const year = part(time, zone, { year: 'numeric' });
    if (apart >= 360 * DAY) return year;
    const monthly = apart >= 27 * DAY;
    const first =
      part(time, zone, { day: 'numeric', month: 'numeric' }) === '01/01' ||
      (monthly && isJanuary(time, zone));
    if (monthly) return first ? year : part(time, zone, { month: 'short' });
    const text = clock(time, zone, apart < 60);
    return apart >= DAY || text === '00:00' ? dayAndMonth(time, zone) : text;
  });
}

const isJanuary = (time: number, zone: string | undefined) => part(time, zone, { month: 'numeric' }) === '1';

const SIZES: readonly (readonly [seconds: number, name: string])[] = [
  [365 * DAY, 'year'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** One day is written as 24 hours: counted back from now, it is not a calendar day. */
const divides = (size: number, seconds: number) => seconds % size === 0 && !(size === DAY && seconds === DAY);

/** Writes 21,600 seconds as `6 hours`. */
export function formatDuration(seconds: number): string {
  const [size, name] = SIZES.find(([each]) => divides(each, seconds)) ??
    SIZES.find(([each]) => seconds >= each) ?? [1, 'second'];
  const count = Math.round(seconds / size);
  return `${whole.format(count)} ${name}${count === 1 ? '' : 's'}`;
}
