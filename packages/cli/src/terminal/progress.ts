import type { Notes } from './notes.js';

/** The progress of some work. */
export interface Advance {
  /** From 0 to 1; `undefined` if the total is unknown. */
  readonly fraction?: number;
  /** The amount done so far, and its unit: 1200, 'buckets'. */
  readonly count: number;
  readonly unit: string;
}

const EVERY = 100;
const BAR = 24;

/**
 * A progress line on a terminal, with a bar, the rate and the time left. Without a terminal it shows nothing.
 */
export class Progress {
  readonly #notes: Notes;
  readonly #started = performance.now();
  #drawn = 0;
  #isDrawn = false;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  show(advance: Advance): void {
    const now = performance.now();
    if (!this.#notes.live || now - this.#drawn < EVERY) return;
    this.#drawn = now;
    this.#isDrawn = true;
    process.stderr.write(`\r\u001b[K${line(advance, (now - this.#started) / 1000)}`);
  }

  /** Erases the line. */
  end(): void {
    if (this.#isDrawn) process.stderr.write('\r\u001b[K');
    this.#isDrawn = false;
  }
}

/** The line after some seconds of work. */
export function line({ fraction, count, unit }: Advance, seconds: number): string {
  const rate = seconds > 0 ? Math.round(count / seconds) : 0;
  const counted = `${count.toLocaleString('en')} ${unit}  ${rate.toLocaleString('en')}/s`;
  if (fraction === undefined) return counted;
  const filled = Math.round(fraction * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const left = fraction > 0 ? `  ${clock((seconds / fraction) * (1 - fraction))} left` : '';
  return `${bar} ${String(Math.floor(fraction * 100)).padStart(3)}%  ${counted}${left}`;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
