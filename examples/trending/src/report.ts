import { table } from '@kairos-examples/table';
import type { Airport } from './trending.js';

/** Formats a week's top airports as text. */
export function report(now: number, airports: readonly Airport[]): string {
  const day = new Date(now * 1000).toISOString().slice(0, 10);
  const rows = table(
    airports.map((airport, index) => ({ ...airport, rank: index + 1 })),
    [
      { heading: '#', text: ({ rank }) => rank },
      { heading: 'to', text: ({ name }) => name },
      { heading: 'arrivals', text: ({ arrivals }) => arrivals },
      { heading: 'change', text: change, right: true },
    ],
    ({ arrivals }) => arrivals,
  );
  return `\nTrending in the seven days to ${day}\n${rows}`;
}

function change({ arrivals, before }: Airport): string {
  if (before === 0) return 'new';
  const percent = Math.round((arrivals / before - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
