import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { DateTime } from 'luxon';
import { linesOf } from './numbers.js';
import type { Table } from './table.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Draws the columns of a table as lines. Returns the text of an SVG file. */
export function picture(table: Table, title: string): string {
  const lines = linesOf(table);
  const times = table.rows.map(({ timestamp }) => wallTime(timestamp, table.timezone));
  const points = lines.flatMap(({ name, values }) =>
    values.map((value, index) => ({ time: times[index], value: value ?? Number.NaN, name })),
  );
  const several = lines.length > 1;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plot = Plot.plot({
    document,
    width: 860,
    height: 380,
    marginLeft: 60,
    marginRight: several ? 90 : 30,
    marginTop: 40,
    style: { background: 'white', color: '#1f2937', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
    x: { type: 'utc', label: null },
    y: { label: null, grid: true, nice: true, zero: points.every(({ value }) => !(value < 0)) },
    marks: [
      Plot.lineY(points, {
        x: 'time',
        y: 'value',
        z: 'name',
        stroke: several ? 'name' : '#2563eb',
        strokeWidth: 1.75,
      }),
      // Each line has its name at its end.
      several
        ? Plot.text(
            points,
            Plot.selectLast({ x: 'time', y: 'value', z: 'name', text: 'name', textAnchor: 'start', dx: 6 }),
          )
        : null,
    ],
  });
  plot.setAttribute('xmlns', SVG);
  plot.append(heading(document, title));
  return `${plot.outerHTML}\n`;
}

/** The local time of a timezone as a UTC date, because the axes are drawn in UTC. */
function wallTime(timestamp: number, timezone: string): Date {
  const time = DateTime.fromSeconds(timestamp, { zone: timezone });
  return time.setZone('utc', { keepLocalTime: true }).toJSDate();
}

function heading(document: ReturnType<typeof parseHTML>['document'], title: string) {
  const text = document.createElementNS(SVG, 'text');
  const attributes = { x: '60', y: '20', 'text-anchor': 'start', 'font-size': '15', 'font-weight': '600' };
  for (const [name, value] of Object.entries(attributes)) text.setAttribute(name, value);
  text.textContent = title;
  return text;
}
