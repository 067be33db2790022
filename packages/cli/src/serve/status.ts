import { written } from './address.js';
import type { Listener } from './listener.js';
import type { Served } from './served.js';
import { sumOf, type Tally } from './tally.js';

/** The answer of `/api/status`. */
export interface Status {
  readonly listeners: { readonly [title: string]: ListenerStatus };
  readonly timeseries: { readonly [name: string]: TimeseriesStatus };
}

/** The lines of one listener: received, unreadable, without a rule, and the fate of the others. */
export interface ListenerStatus extends Readonly<Tally> {
  readonly address: string;
  readonly lines: number;
  readonly bad: number;
  readonly unmatched: number;
  /** `connections` and `pickle` of Carbon, `packets` of statsd. */
  readonly [figure: string]: number | string;
}

/** The fate of the lines that went to one timeseries since it was opened. */
export interface TimeseriesStatus extends Readonly<Tally> {
  readonly type: string;
  /** Why its store takes nothing at the moment. */
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
