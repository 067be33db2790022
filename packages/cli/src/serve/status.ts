import { written } from './address.js';
import type { Listener } from './listener.js';
import type { Served } from './served.js';
import { sumOf, type Tally } from './tally.js';

/** The response of `/api/status`. */
export interface Status {
  readonly listeners: { readonly [title: string]: ListenerStatus };
  readonly timeseries: { readonly [name: string]: TimeseriesStatus };
}

/** Counts of one listener's lines: received, unreadable, without a rule, and the others by fate. */
export interface ListenerStatus extends Readonly<Tally> {
  readonly address: string;
  readonly lines: number;
  readonly bad: number;
  readonly unmatched: number;
  /** For Carbon `connections` and `pickle`, for statsd `packets`. */
  readonly [figure: string]: number | string;
}

/** Counts of the lines of one timeseries since it was opened, by fate. */
export interface TimeseriesStatus extends Readonly<Tally> {
  readonly type: string;
  /** The error if its store accepts nothing at the moment. */
  readonly error: string | null;
}

export function statusOf(listeners: readonly Listener[], served: Iterable<Served>): Status {
  const ofListener = ({ title, address, intake, seen }: Listener): [string, ListenerStatus] => [
    title,
    { address: written(address), ...seen, unmatched: intake.unmatched, ...intake.tally },
  ];
  const ofTimeseries = (each: Served): [string, TimeseriesStatus] => {
    const tallies = listeners.flatMap(({ intake }) => intake.tallyOf(each) ?? []);
    const away = listeners.map(({ intake }) => intake.awayOf(each)).find((error) => error !== undefined);
    return [each.name, { type: each.timeseries.type, error: away?.message ?? null, ...sumOf(tallies) }];
  };
  return {
    listeners: Object.fromEntries(listeners.map(ofListener)),
    timeseries: Object.fromEntries([...served].map(ofTimeseries)),
  };
}
