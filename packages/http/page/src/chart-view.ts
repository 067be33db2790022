import { barsDrawing } from './bars.js';
import type { Chart } from './board.js';
import type { Colors } from './colors.js';
import { element } from './dom.js';
import { figureTiles } from './figure-tiles.js';
import { formatDuration, formatNumber, formatTime } from './format.js';
import { numbersOf } from './frame.js';
import { type Heat, heatDrawing, heatOf } from './heat-map.js';
import { cellText, heatLegend, Legend } from './legend.js';
import { linesDrawing } from './lines.js';
import type { Content } from './load.js';
import { type Drawing, Plot, type Position } from './plot.js';

/** The places of a chart in its card. */
export interface ViewParts {
  readonly stage: HTMLElement;
  readonly legend: HTMLElement;
  readonly when: HTMLElement;
}

/** Draws the data of a chart, and reads out the bucket under the mouse, the finger or the keyboard cursor. */
export class ChartView {
  readonly #parts: ViewParts;
  readonly #onRange: (from: number, to: number) => void;
  readonly #legend: Legend;
  #chart: Chart;
  #content: Content;
  #zone: string | undefined;
  #heat: Heat | undefined;
  #plot: Plot | undefined;
  #position: Position | undefined;

  constructor(
    parts: ViewParts,
    { chart, content, zone }: { chart: Chart; content: Content; zone: string | undefined },
    onRange: (from: number, to: number) => void,
  ) {
    this.#parts = parts;
    this.#onRange = onRange;
    this.#chart = chart;
    this.#content = content;
    this.#zone = zone;
    this.#legend = new Legend(parts.legend, (index, shown) => this.#plot?.show(index, shown));
    this.#build();
  }

  /** Draws new data, in place if it has the same shape as before. */
  update(content: Content): void {
    const same = this.#plot !== undefined && shapeOf(content) === shapeOf(this.#content);
    this.#content = content;
    if (!same || this.#plot === undefined) {
      this.rebuild();
      return;
    }
    if (content.kind === 'heat') {
      const before = this.#heat;
      this.#heat = heatOf(content.frame, this.#chart.scale);
      // The marks at the axis belong to the rows.
      if (before?.bins.rows !== this.#heat.bins.rows) {
        this.rebuild();
        return;
      }
      this.#parts.legend.replaceChildren(heatLegend(this.#heat.greatest));
    }
    this.#plot.refresh();
    this.#read();
  }

  /** Draws everything again, in the current colours. */
  rebuild(): void {
    this.destroy();
    this.#build();
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#position = undefined;
    this.#parts.stage.replaceChildren();
    this.#parts.legend.replaceChildren();
    this.#parts.when.textContent = '';
  }

  #build(): void {
    const content = this.#content;
    if (content.kind === 'figure') {
      const tiles = figureTiles(content.frame, content.figures, this.#caption());
      this.#parts.stage.replaceChildren(tiles);
      return;
    }
    if (content.kind === 'heat') this.#heat = heatOf(content.frame, this.#chart.scale);
    if (
      content.kind !== 'heat' &&
      content.frame.columns.every((column) => numbersOf(column).every((each) => each === null))
    ) {
      const text = 'These readings are texts. Show them as a figure, or open the table.';
      this.#parts.stage.replaceChildren(element('div', { class: 'note' }, element('p', {}, text)));
      return;
    }
    const host = this.#makeHost();
    this.#plot = new Plot(host, (colors) => this.#drawing(colors), {
      onCursor: (position) => {
        this.#position = position;
        this.#read();
      },
      onRange: this.#onRange,
    });
    if (content.kind === 'heat') this.#parts.legend.replaceChildren(heatLegend(this.#heat?.greatest ?? 0));
    else this.#legend.list(content.frame);
    this.#read();
  }

  /** A slider over the buckets, so that screen readers and keys can move along it. */
  #makeHost(): HTMLElement {
    const host = element('div', {
      class: 'plot',
      role: 'slider',
      tabindex: '0',
      'aria-label': `${this.#chart.title || this.#chart.timeseries}: point in time`,
    });
    host.addEventListener('keydown', (event) => this.#onKey(event));
    host.addEventListener('blur', () => this.#plot?.unpoint());
    this.#parts.stage.replaceChildren(host);
    return host;
  }

  #drawing(colors: Colors): Drawing {
    const { info, query } = this.#content;
    const zone = this.#zone;
    const frame = () => {
      if (this.#content.kind === 'heat') throw new TypeError('a heat map has no lines');
      return this.#content.frame;
    };
    const heat = () => {
      if (this.#heat === undefined) throw new TypeError('only a heat map has cells');
      return this.#heat;
    };
    if (this.#content.kind === 'heat') return heatDrawing(colors, { zone, heat });
    if (this.#content.kind === 'lines') return linesDrawing(colors, { type: info.type, zone, frame });
    const adding = query.transforms.length === 0 || query.transforms.every((name) => ADDING.has(name));
    return barsDrawing(colors, { stacked: adding && query.transforms.length <= 1, zone, frame });
  }

  #onKey(event: KeyboardEvent): void {
    const { times } = this.#content.frame;
    const last = times.length - 1;
    const index = this.#position?.index;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: index === undefined ? last : index - 1,
      ArrowRight: index === undefined ? last : index + 1,
      PageUp: (index ?? last) - 10,
      PageDown: (index ?? last) + 10,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    const rows = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === 'Escape') this.#plot?.unpoint();
    else if (to !== undefined) this.#plot?.point(Math.min(last, Math.max(0, to)), this.#position?.value);
    else if (rows !== undefined && this.#heat !== undefined) {
      const row = Math.floor(this.#position?.value ?? 0) + rows;
      const inside = Math.min(this.#heat.bins.rows - 1, Math.max(0, row));
      this.#plot?.point(index ?? last, inside + 0.5);
    } else return;
    event.preventDefault();
  }

  /** Shows the bucket under the cursor beside the chart, and tells screen readers. */
  #read(): void {
    const { frame } = this.#content;
    const index = this.#position?.index ?? frame.times.length - 1;
    const time = formatTime(frame.times[index] ?? 0, frame.grain.seconds, this.#zone);
    const soFar = (frame.ends[index] ?? 0) > frame.readAt ? ' so far' : '';
    const cell = this.#content.kind === 'heat' ? this.#cellText() : '';
    this.#parts.when.textContent = this.#position === undefined ? '' : `${time}${soFar}${cell}`;
    if (this.#content.kind !== 'heat') this.#legend.read(this.#content.frame, this.#position?.index);
    this.#describe(index, `${time}${soFar}${cell}`);
  }

  #describe(index: number, text: string): void {
    const host = this.#parts.stage.firstElementChild;
    const content = this.#content;
    const figures =
      content.kind === 'heat'
        ? ''
        : content.frame.columns.map(({ label, cells }) => `, ${label}: ${cellText(cells[index])}`).join('');
    host?.setAttribute('aria-valuemin', '0');
    host?.setAttribute('aria-valuemax', String(Math.max(0, content.frame.times.length - 1)));
    host?.setAttribute('aria-valuenow', String(index));
    host?.setAttribute('aria-valuetext', `${text}${figures}`);
  }

  #cellText(): string {
    const { index, value } = this.#position ?? {};
    if (this.#heat === undefined || index === undefined || value === undefined) return '';
    const row = Math.min(this.#heat.bins.rows - 1, Math.max(0, Math.floor(value)));
    const count = this.#heat.counts[index]?.[row] ?? 0;
    return ` · ${this.#heat.bins.label(row)}: ${formatNumber(count)}`;
  }

  #caption(): string {
    const { query, info } = this.#content;
    const { start, end } = query.span;
    if (info.type === 'gauge') return 'last reading';
    const [transform] = query.transforms;
    const of = transform === undefined ? '' : transform === 'rate' ? 'per second ' : `${transform} `;
    return `${of}in ${formatDuration(end - start)}`;
  }
}

/** The transforms whose figures can be added up over several names. */
const ADDING = new Set(['count', 'sum', 'rate']);

/** The part of the content that must stay the same for a drawing to accept new data. */
function shapeOf(content: Content): string {
  const labels = content.kind === 'heat' ? [] : content.frame.columns.map(({ label }) => label);
  return JSON.stringify([
    content.kind,
    content.info.name,
    content.query.grain.unit,
    content.query.transforms,
    labels,
  ]);
}
