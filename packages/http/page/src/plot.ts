import uPlot from 'uplot';
import { type Colors, currentColors } from './colors.js';
import { axisTimes, compactNumber } from './format.js';
import type { Buckets } from './frame.js';

/** How one kind of chart is drawn. Its data may change between two drawings. */
export interface Drawing {
  readonly series: readonly uPlot.Series[];
  readonly data: () => (readonly (number | null)[])[];
  readonly buckets: () => Buckets;
  readonly yRange: (plot: uPlot, least: number | null, greatest: number | null) => [number, number];
  readonly yAxis?: Partial<uPlot.Axis>;
  readonly draw?: (plot: uPlot) => void;
  /** Whether a bucket is drawn as wide as its time; otherwise it is a point at its start. */
  readonly wide: boolean;
  /** The timezone of the labels; `undefined` for the browser's. */
  readonly zone: string | undefined;
}

/** The position of the cursor: a bucket, and a value on the axis. */
export interface Position {
  readonly index: number;
  readonly value: number | undefined;
}

export interface PlotEvents {
  readonly onCursor: (position: Position | undefined) => void;
  /** Called when the user chooses a range of time, in Unix seconds. */
  readonly onRange: (from: number, to: number) => void;
}

const FONT = '12px Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const SYNC = 'board';
const LEAST_DRAG = 6;

/** A chart over time on a canvas, with axes, cursor and zoom. It fills its place. */
export class Plot {
  readonly #host: HTMLElement;
  readonly #drawing: Drawing;
  readonly #plot: uPlot;
  readonly #resizing: ResizeObserver;

  constructor(host: HTMLElement, draw: (colors: Colors) => Drawing, events: PlotEvents) {
    this.#host = host;
    const colors = currentColors();
    this.#drawing = draw(colors);
    this.#plot = new uPlot(this.#options(colors, events), this.#data(), host);
    this.#resizing = new ResizeObserver(() => this.#plot.setSize(sizeOf(host)));
    this.#resizing.observe(host);
  }

  /** Draws changed data. */
  refresh(): void {
    this.#plot.setData(this.#data());
  }

  show(index: number, shown: boolean): void {
    this.#plot.setSeries(index + 1, { show: shown });
    this.#plot.redraw(true, true);
  }

  /** Puts the cursor on a bucket, at a value on the axis. */
  point(index: number, value?: number): void {
    const { times, ends } = this.#drawing.buckets();
    const start = times[index];
    if (start === undefined) return;
    const at = this.#drawing.wide ? (start + (ends[index] ?? start)) / 2 : start;
    const top = value === undefined ? this.#plot.over.clientHeight / 2 : this.#plot.valToPos(value, 'y');
    this.#plot.setCursor({ left: this.#plot.valToPos(at, 'x'), top });
  }

  unpoint(): void {
    this.#plot.setCursor({ left: -10, top: -10 });
  }

  destroy(): void {
    this.#resizing.disconnect();
    this.#plot.destroy();
  }

  #data(): uPlot.AlignedData {
    return [[...this.#drawing.buckets().times], ...this.#drawing.data().map((values) => [...values])];
  }

  #options(colors: Colors, events: PlotEvents): uPlot.Options {
    const { series, yRange, yAxis, draw, zone, buckets } = this.#drawing;
    const grid = { stroke: colors.grid, width: 1 };
    const axis = { stroke: colors.muted, font: FONT, border: { show: false }, ticks: { show: false } };
    return {
      ...sizeOf(this.#host),
      padding: [10, 20, 0, 0],
      legend: { show: false },
      tzDate: (time) =>
        zone === undefined ? new Date(time * 1000) : uPlot.tzDate(new Date(time * 1000), zone),
      scales: {
        x: { time: true, range: () => extentOf(buckets()) },
        y: { range: (plot, least, greatest) => yRange(plot, least, greatest) },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          gap: 8,
          size: 30,
          space: 64,
          values: (_, times, __, ___, apart) => axisTimes(times, apart, zone),
        },
        {
          ...axis,
          grid,
          gap: 8,
          space: 34,
          size: (_, labels) => axisWidth(labels),
          values: (_, values) => values.map(compactNumber),
          ...yAxis,
        },
      ],
      series: [{}, ...series],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        points: { size: 8, width: 2, show: !this.#drawing.wide },
        sync: {
          key: SYNC,
          scales: ['x', null],
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
      },
      hooks: {
        drawClear: [(plot) => shadeProgress(plot, buckets(), colors.progress)],
        draw: draw === undefined ? [] : [draw],
        setCursor: [(plot) => events.onCursor(this.#positionOf(plot))],
        setSelect: [(plot) => selectRange(plot, events.onRange)],
      },
    };
  }

  #positionOf(plot: uPlot): Position | undefined {
    const { left = -1, top = -1, idx } = plot.cursor;
    if (left < 0 || idx === null || idx === undefined) return undefined;
    const value = top < 0 ? undefined : plot.posToVal(top, 'y');
    if (!this.#drawing.wide) return { index: idx, value };
    const { times } = this.#drawing.buckets();
    const time = plot.posToVal(left, 'x');
    const starts = times[idx] ?? time;
    return { index: starts > time ? Math.max(0, idx - 1) : idx, value };
  }
}

function sizeOf(host: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, host.clientWidth), height: Math.max(120, host.clientHeight) };
}

function extentOf({ times, ends }: Buckets): [number, number] {
  const first = times[0] ?? 0;
  return [first, Math.max(first + 1, ends.at(-1) ?? first)];
}

let ruler: CanvasRenderingContext2D | null | undefined;

function axisWidth(labels: readonly string[] | null): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (ruler === null || labels === null) return 48;
  ruler.font = FONT;
  const widest = Math.max(0, ...labels.map((label) => ruler?.measureText(label ?? '').width ?? 0));
  return Math.ceil(Math.min(180, widest)) + 14;
}

/** Shades a bucket that is still filling, so that nobody takes its few events for a drop. */
function shadeProgress(plot: uPlot, { times, ends, readAt }: Buckets, color: string): void {
  const start = times.at(-1);
  const end = ends.at(-1);
  if (start === undefined || end === undefined || end <= readAt) return;
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(start, 'x', true));
  ctx.fillStyle = color;
  ctx.fillRect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
}

function selectRange(plot: uPlot, onRange: PlotEvents['onRange']): void {
  const { left, width } = plot.select;
  if (width < LEAST_DRAG) return;
  const from = Math.floor(plot.posToVal(left, 'x'));
  const to = Math.ceil(plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (to > from) onRange(from, to);
}
