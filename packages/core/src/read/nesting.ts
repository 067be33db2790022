/** Infers from the types of an interval's options whether results hold a `Map` of resolution buckets. */
import type { IsOn, Switch } from './options.js';

/** What an interval holds after condensing. Intervals without a resolution are not condensed. */
export type Condensed<Interval, J, C> = If<HasResolution<Interval>, C, J>;

/** What a series holds for each interval: its resolution buckets, or one result if these are condensed or collapsed. */
export type Nested<Interval, Condense extends Switch, Collapse extends Switch, Each, Flat> = If<
  If<HasResolution<Interval>, Neither<IsOn<Condense>, IsOn<Collapse>>, false>,
  Map<number, Each>,
  Flat
>;

/** Whether an interval's options give a resolution finer than the step; `boolean` if that is not known. */
type HasResolution<O> = O extends { readonly step: infer Step; readonly resolution: infer R }
  ? [R] extends [undefined]
    ? false
    : false extends IsKnown<R> | IsKnown<Step>
      ? boolean
      : [R, Step] extends [Step, R]
        ? false
        : true
  : 'resolution' extends keyof O
    ? boolean
    : false;

/** Whether the type of a step or resolution is exactly one literal, not a union or a template. */
type IsKnown<U> = number extends U
  ? false
  : Record<never, never> extends Record<U & string, unknown>
    ? [U] extends [number]
      ? Not<IsUnion<U>>
      : false
    : Not<IsUnion<U>>;

type Not<Condition extends boolean> = Condition extends true ? false : true;

type IsUnion<U, Whole = U> = U extends unknown ? ([Whole] extends [U] ? false : true) : never;

type If<Condition extends boolean, Then, Else> = Condition extends true ? Then : Else;

type Neither<A extends boolean, B extends boolean> = A extends true ? false : B extends true ? false : true;
