/** Which results have a `Map` of resolution buckets in each interval, told from the types of an interval's options. */
import type { IsOn, Switch } from './options.js';

/** What an interval holds after condensing: coarse intervals are not condensed. */
export type Condensed<Interval, J, C> = If<HasResolution<Interval>, C, J>;

/** What a series holds of each interval: its resolution buckets, or one result where they are condensed or collapsed. */
export type Nested<Interval, Condense extends Switch, Collapse extends Switch, Each, Flat> = If<
  If<HasResolution<Interval>, Neither<IsOn<Condense>, IsOn<Collapse>>, false>,
  Map<number, Each>,
  Flat
>;

/** Whether an interval, as it was written, has a resolution finer than its step; `boolean` where that is not known. */
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

/** Whether a step or resolution is known from its type: one literal, and no other (nor a pattern of text). */
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
