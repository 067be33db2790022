import type { Fold } from '../adapter.js';
import type { Schema } from '../schema/schema.js';
import type { Interval } from '../time/interval.js';
import type { Stages } from './stages.js';

/**
 * How far the built-in stages of a read add up before any function of the user sees the data; `undefined` if
 * they do not.
 */
export function foldOf(
  { dataType }: Schema,
  stages: Stages,
  {
    interval,
    names,
    joined,
  }: { readonly interval: Interval; readonly names: number; readonly joined: boolean },
): Fold | undefined {
  if (!stages.asStored || (joined && stages.joinRows !== null)) return undefined;
  const finer = interval.resolution !== null;
  const condensed = !finer || stages.condense === null || stages.condense === 'add';
  const collapsed = stages.collapse === null || stages.collapse === 'add';
  const statistics = condensed && collapsed ? stages.statistics : null;
  const several = joined && names > 1;
  // Names are joined before buckets are added up. If the order matters, one needs the other.
  const anyOrder = !several || !dataType.ordered || statistics !== null;
  const fold: Fold = {
    resolutions: anyOrder && finer && stages.condense === 'add',
    buckets: anyOrder && stages.collapse === 'add' && (!finer || stages.condense === 'add'),
    names: anyOrder && several,
    statistics,
  };
  return fold.resolutions || fold.buckets || fold.names || statistics !== null ? fold : undefined;
}
