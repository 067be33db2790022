import { table } from '@kairos-examples/table';
import type { Tally } from './server.js';
import type { Snapshot } from './snapshot.js';

/** Formats a snapshot as tables, for a terminal that is redrawn. */
export function tables({ rates, times, gauges, sets }: Snapshot, tally: Tally): string {
  return [
    table(
      rates,
      [
        { heading: 'count', text: ({ name }) => printable(name).padEnd(18) },
        { heading: 'a second', text: ({ perSecond }) => perSecond.toFixed(1), right: true },
      ],
      ({ perSecond }) => perSecond,
    ),
    table(
      times,
      [
        { heading: 'time in ms', text: ({ name }) => printable(name).padEnd(18) },
        { heading: 'mean', text: ({ mean }) => fixed(mean), right: true },
        { heading: 'p95', text: ({ p95 }) => fixed(p95), right: true },
      ],
      ({ p95 }) => p95 ?? 0,
    ),
    table(
      gauges,
      [
        { heading: 'gauge', text: ({ name }) => printable(name).padEnd(18) },
        { heading: 'now', text: ({ level }) => level, right: true },
      ],
      () => 0,
    ),
    table(
      sets,
      [
        { heading: 'set', text: ({ name }) => printable(name).padEnd(18) },
        { heading: 'distinct', text: ({ distinct }) => distinct },
      ],
      () => 0,
    ),
    `  ${tallyLine(tally)}`,
  ].join('\n\n');
}

/** Formats a snapshot as one line, for a log. */
export function line({ rates, times }: Snapshot, tally: Tally): string {
  const parts = [
    ...rates.map(({ name, perSecond }) => `${printable(name)} ${perSecond.toFixed(1)}/s`),
    ...times.map(({ name, p95 }) => `${printable(name)} p95 ${fixed(p95)} ms`),
  ];
  return `  ${[tallyLine(tally), ...parts].join('  ')}`;
}

function tallyLine({ packets, metrics, refused, dropped, waiting, unknown }: Tally): string {
  const troubles = Object.entries({ refused, dropped, unknown }).filter(([, count]) => count > 0);
  return [
    `packets ${packets}`,
    `metrics ${metrics}`,
    `waiting ${waiting}`,
    ...troubles.map(([trouble, count]) => `${trouble} ${count}`),
  ].join('  ');
}

function fixed(milliseconds: number | null): string {
  return milliseconds !== null && Number.isFinite(milliseconds) ? milliseconds.toFixed(0) : '';
}

/** Anybody can send a name, so control characters must not reach the terminal. */
function printable(name: string): string {
  return name.replace(/\p{C}/gu, '?').slice(0, 40);
}
