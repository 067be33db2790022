import { element } from './dom.js';
import { formatTime } from './format.js';
import type { HeatFrame } from './frame.js';
import { cellText } from './legend.js';
import type { Content } from './load.js';

const MOST_ROWS = 500;

/** The data of a chart as a table, the latest first. */
export function figuresTable(content: Content, zone: string | undefined): HTMLElement {
  const { frame } = content;
  const time = (index: number) => formatTime(frame.times[index] ?? 0, frame.grain.seconds, zone);
  const heads = content.kind === 'heat' ? ['values'] : content.frame.columns.map(({ label }) => label);
  const latest = [...frame.times.keys()].reverse();
  const rows = latest.slice(0, MOST_ROWS).map((index) => {
    const texts =
      content.kind === 'heat'
        ? [talliesText(content.frame, index)]
        : content.frame.columns.map(({ cells }) => cellText(cells[index]));
    const cells = texts.map((text) => element('td', {}, text));
    return element('tr', {}, element('th', { scope: 'row' }, time(index)), ...cells);
  });
  const head = ['time', ...heads].map((text) => element('th', { scope: 'col' }, element('bdi', {}, text)));
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
}

function talliesText({ tallies }: HeatFrame, index: number): string {
  const found = tallies[index] ?? [];
  return found.length === 0
    ? '–'
    : found.map(([value, count]) => `${cellText(value)} × ${cellText(count)}`).join(', ');
}
