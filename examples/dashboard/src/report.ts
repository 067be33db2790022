import { table } from '@kairos-examples/table';
import type { Panel } from './panels.js';
import type { Week } from './season.js';

const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const rate = ({ tally }: Week) => (tally.asked === 0 ? 0 : tally.fromCache / tally.asked);

/** A table of where the dashboards of each week got their days from. */
export function weeksTable(weeks: readonly Week[]): string {
  return table(
    weeks,
    [
      { heading: 'week to', text: ({ day }) => date(day) },
      { heading: 'days asked', text: ({ tally }) => tally.asked },
      { heading: 'Redis', text: ({ tally }) => tally.fromCache },
      { heading: 'PostgreSQL', text: ({ tally }) => tally.fromRecord },
      { heading: 'queries', text: ({ tally }) => tally.queries },
      { heading: 'both agree', text: ({ agree }) => (agree ? 'yes' : 'NO') },
      { heading: 'hits', text: (week) => `${(100 * rate(week)).toFixed(1)} %`, right: true },
    ],
    rate,
  );
}

/** A table of a dashboard's panels. */
export function panelsTable(panels: readonly Panel[]): string {
  return table(
    panels,
    [
      { heading: 'city', text: ({ city }) => city },
      { heading: 'mean high °C', text: ({ meanHigh }) => meanHigh.toFixed(1), right: true },
      { heading: 'coldest °C', text: ({ coldest }) => coldest.toFixed(1), right: true },
      { heading: 'windiest', text: ({ windiest }) => date(windiest) },
      { heading: 'wet days', text: ({ wetDays }) => wetDays },
      { heading: 'rain mm', text: ({ rain }) => rain.toFixed(1), right: true },
    ],
    ({ rain }) => rain,
  );
}
