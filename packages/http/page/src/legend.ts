import { SERIES_COLORS } from './colors.js';
import { element, icon } from './dom.js';
import { formatNumber } from './format.js';
import type { Cell, Frame } from './frame.js';

/** A figure, formatted, or a text as it is. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '–';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}

/** Lists the names of a chart's lines with their figures at the cursor. A click hides or shows the line. */
export class Legend {
  readonly #list: HTMLElement;
  readonly #hidden = new Set<string>();
  readonly #onToggle: (index: number, shown: boolean) => void;
  #values: HTMLElement[] = [];

  constructor(list: HTMLElement, onToggle: (index: number, shown: boolean) => void) {
    this.#list = list;
    this.#onToggle = onToggle;
  }

  /** Lists the lines of a frame. Hidden lines stay hidden. */
  list(frame: Frame): void {
    this.#values = [];
    const items = frame.columns.map(({ label }, index) => {
      const value = element('span', { class: 'legend-value' });
      this.#values.push(value);
      const button = element(
        'button',
        { type: 'button', class: 'legend-entry', 'aria-pressed': String(!this.#hidden.has(label)) },
        element('span', { class: 'swatch', 'data-color': String(index % SERIES_COLORS) }),
        element('bdi', { class: 'legend-name' }, label),
        value,
      );
      button.title = label;
      button.addEventListener('click', () => this.#toggle(button, label, index));
      if (this.#hidden.has(label)) this.#onToggle(index, false);
      return element('li', {}, button);
    });
    this.#list.replaceChildren(...items);
  }

  /** Shows the figures of a bucket. Default: the latest figure of each line. */
  read({ columns }: Frame, index: number | undefined): void {
    for (const [each, value] of this.#values.entries()) {
      const cells = columns[each]?.cells ?? [];
      value.textContent = cellText(
        index === undefined ? cells.findLast((cell) => cell !== null) : cells[index],
      );
    }
  }

  #toggle(button: HTMLElement, label: string, index: number): void {
    const shown = this.#hidden.delete(label);
    if (!shown) this.#hidden.add(label);
    button.setAttribute('aria-pressed', String(shown));
    this.#onToggle(index, shown);
  }
}

/** The colours of a heat map, from one occurrence to the largest count. */
export function heatLegend(greatest: number): HTMLElement {
  return element(
    'li',
    { class: 'heat-legend' },
    element('span', {}, '1'),
    element('span', { class: 'heat-ramp', 'aria-hidden': 'true' }),
    element('span', {}, formatNumber(greatest)),
    element('span', { class: 'quiet' }, 'occurrences'),
  );
}

export function emptyNote(name: string, ...content: (Node | string)[]): HTMLElement {
  return element('div', { class: 'note' }, icon(name), element('p', {}, ...content));
}
