/** Number of line colours. After that they repeat, with dashed lines. */
export const SERIES_COLORS = 8;

export const HEAT_STOPS = 5;

/** The colours of the style sheet in the current scheme, for drawing on a canvas. */
export interface Colors {
  readonly series: readonly string[];
  readonly heat: readonly (readonly [red: number, green: number, blue: number])[];
  readonly grid: string;
  readonly muted: string;
  readonly surface: string;
  readonly progress: string;
}

export function currentColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`);
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => color(`${name}-${index}`));
  return {
    series: numbered('series', SERIES_COLORS),
    heat: numbered('heat', HEAT_STOPS).map(channels),
    grid: color('grid'),
    muted: color('muted'),
    surface: color('surface'),
    progress: color('progress'),
  };
}

function channels(color: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** The colour for a share of the largest count, from 0 to 1. */
export function heatColor(stops: Colors['heat'], share: number): string {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(position));
  const [from, to] = [stops[index], stops[index + 1]];
  if (from === undefined || to === undefined) return 'transparent';
  const mixed = from.map((channel, each) =>
    Math.round(channel + ((to[each] ?? channel) - channel) * (position - index)),
  );
  return `rgb(${mixed.join(' ')})`;
}
