import { SERIES_COLORS } from './colors.js';
import { element, svgElement } from './dom.js';
import { compactNumber } from './format.js';
import type { Cell } from './frame.js';
import { type Column, type Frame, numbersOf } from './frame.js';
import { cellText } from './legend.js';

const WIDTH = 240;
const HEIGHT = 44;

/** From this size on, a short form is shown beside the full figure. */
const LONG = 1e7;

/** For each name, one figure for the whole range, above a small line of its course. */
export function figureTiles(frame: Frame, figures: readonly Cell[], caption: string): HTMLElement {
  const tiles = frame.columns.map((column, index) => {
    const figure = figures[index] ?? null;
    const short = typeof figure === 'number' && Math.abs(figure) >= LONG;
    const value = element(
      'output',
      { class: 'figure-value' },
      short ? compactNumber(figure) : cellText(figure),
    );
    value.title = cellText(figure);
    return element(
      'div',
      { class: 'tile', 'data-color': String(index % SERIES_COLORS) },
      element('bdi', { class: 'tile-name' }, column.label),
      value,
      element('span', { class: 'quiet' }, caption),
      spark(column, isOver(frame) ? undefined : -1),
    );
  });
  return element('div', { class: 'tiles' }, ...tiles);
}

/** Whether the last bucket may be drawn: one that is still filling would look like a drop. */
const isOver = ({ ends, readAt }: Frame) => (ends.at(-1) ?? 0) <= readAt || ends.length < 3;

/** A small line without axes: the course of a figure. */
function spark(column: Column, last: number | undefined): SVGSVGElement {
  const numbers = numbersOf(column)
    .slice(0, last)
    .map((value) => value ?? 0);
  const least = Math.min(0, ...numbers);
  const greatest = Math.max(...numbers, least + Number.EPSILON);
  const width = WIDTH / Math.max(1, numbers.length);
  const y = (value: number) => HEIGHT - 2 - ((value - least) / (greatest - least)) * (HEIGHT - 4);
  const steps = numbers.map((value, index) => {
    const left = (index * width).toFixed(1);
    const right = ((index + 1) * width).toFixed(1);
    return `${index === 0 ? 'M' : 'L'}${left} ${y(value).toFixed(1)}H${right}`;
  });
  const line = steps.join('');
  const box = {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    class: 'spark',
    'aria-hidden': 'true',
  };
  return svgElement(
    'svg',
    box,
    svgElement('path', { class: 'spark-area', d: `${line}V${HEIGHT}H0Z` }),
    svgElement('path', { class: 'spark-line', d: line }),
  );
}
