/** The kinds of charts. */
export const chartKinds = ['lines', 'bars', 'heat', 'figure'] as const;
export type ChartKind = (typeof chartKinds)[number];

/** How the values of a heat map are spread over its rows. */
export const scales = ['auto', 'linear', 'log'] as const;
export type Scale = (typeof scales)[number];

/** The timezone in which a board shows times: that of each timeseries, the browser's, or UTC. */
export const zones = ['own', 'local', 'UTC'] as const;
export type Zone = (typeof zones)[number];

export interface Chart {
  readonly timeseries: string;
  readonly names: readonly string[];
  readonly kind: ChartKind;
  /** Name of an interval. Default: the finest that fits the range. */
  readonly interval?: string;
  /** Whether to show the interval in its resolution. */
  readonly detail: boolean;
  readonly transforms: readonly string[];
  /** Whether to join the names into one line. */
  readonly together: boolean;
  readonly scale: Scale;
  readonly title: string;
  /** Whether the chart takes a whole row of the board. */
  readonly wide: boolean;
}

/** The last so many seconds, all data, or from one time to another in Unix seconds. */
export type Range =
  | { readonly last: number }
  | { readonly all: true }
  | { readonly from: number; readonly to: number };

export interface Board {
  readonly range: Range;
  readonly live: boolean;
  readonly zone: Zone;
  readonly charts: readonly Chart[];
}

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export const DEFAULT_RANGE: Range = { last: 6 * HOUR };

export const emptyBoard: Board = { range: DEFAULT_RANGE, live: true, zone: 'own', charts: [] };

/** A chart of a timeseries, without names. */
export function chartOf(timeseries: string, kind: ChartKind = 'lines'): Chart {
  return {
    timeseries,
    names: [],
    kind,
    detail: false,
    transforms: [],
    together: false,
    scale: 'auto',
    title: '',
    wide: false,
  };
}
