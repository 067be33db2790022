import type { Fold } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import type { Column } from '../dialect/column.js';
import type { Dialect } from '../dialect/dialect.js';
import type { Layout } from '../layout.js';

/** A column that a statement adds up, with the expression for it over the rows `d`. */
export interface FoldedColumn extends Column {
  readonly of: RawBuilder<unknown>;
}

/** How the server adds up the rows of a read. */
export interface Folding {
  /** Tells its statement from those of others. */
  readonly shape: string;
  /** Rows that are the same in these columns become one; where there are none, all do. */
  readonly by: readonly Column[];
  readonly columns: readonly FoldedColumn[];
  /** Whether the last column tells, by a 1, that sums of doubles are what adding one by one would come to. */
  readonly checked: boolean;
  /** What a statement selects of the totals of its columns, with whether they are exact. */
  selected(totals: readonly RawBuilder<unknown>[]): readonly RawBuilder<unknown>[];
  /** Whether there was any row: by a total that is asked for anyway, where one tells. */
  readonly present: RawBuilder<unknown>;
  /** The data of a row is a `Summary`: its columns are `count`, `sum`, `min` and `max`, as far as they are asked for. */
  readonly summarized: boolean;
}

/**
 * How the server adds up the rows of a read, or `null` if all of them are needed: values of series and gauges keep
 * their order, and statistics are for numbers only.
 */
export function foldingOf(
  { type, valueType, columns }: Layout,
  dialect: Dialect,
  fold: Fold,
  { names, coarse }: { readonly names: number; readonly coarse: boolean },
): Folding | null {
  // What a count may be of are numbers.
  const statistics = valueType.amounts === 'none' ? null : fold.statistics;
  if (type === 'gauge' || (type === 'series' && statistics === null)) return null;
  const several = fold.buckets || fold.resolutions || fold.names;
  if (statistics === null && !several) return null;
  const apart = new Set([
    ...(names > 1 && !fold.names ? ['name'] : []),
    ...(fold.buckets ? [] : ['bucket']),
    ...(fold.buckets || fold.resolutions || coarse ? [] : ['resolution']),
    ...(statistics === null && (type === 'histogram' || type === 'set') ? ['value', 'content'] : []),
  ]);
  // A bucket of many windows has a row of each.
  if (fold.resolutions && !fold.buckets && !coarse && dialect.groupsInWindows) apart.add('window');
  const by = columns.filter(({ name }) => apart.has(name));
  const amounts = sql.ref(type === 'count' ? 'd.amount' : 'd.count');
  const value = sql.ref('d.value');
  const product = dialect.product ?? ((one, other) => sql`${one} * ${other}`);
  const folded: FoldedColumn[] = [];
  const doubles: Doubles[] = [];
  const total = (of: RawBuilder<unknown>) => {
    doubles.push({ of, column: folded.length });
    return sql`sum(${of})`;
  };
  if (statistics === null) {
    if (type === 'count') folded.push({ name: 'amount', kind: 'real', of: total(amounts) });
    if (type === 'histogram') folded.push({ name: 'count', kind: 'real', of: total(amounts) });
  } else {
    const weighed = type === 'histogram';
    const kind = valueType.column;
    if (statistics.has('count')) {
      folded.push(
        weighed
          ? { name: 'count', kind: 'real', of: total(amounts) }
          : { name: 'count', kind: 'integer', of: sql`count(*)` },
      );
    }
    if (statistics.has('sum')) {
      const whole = !weighed && kind !== 'real';
      folded.push(
        whole
          ? { name: 'sum', kind: 'long', of: sql`sum(${value})` }
          : { name: 'sum', kind: 'real', of: total(weighed ? product(value, amounts) : value) },
      );
    }
    for (const name of ['min', 'max'] as const) {
      if (statistics.has(name)) folded.push({ name, kind, of: sql`${sql.raw(name)}(${value})` });
    }
  }
  return {
    shape: [by, folded].map((part) => part.map(({ name }) => name).join(' ')).join(' of '),
    by,
    columns: folded,
    checked: doubles.length > 0,
    selected: (totals) => [
      ...folded.map((column, place) => dialect.select(column, totals[place] ?? column.of)),
      ...(doubles.length === 0 ? [] : [allExact(doubles, totals, dialect)]),
    ],
    present: doubles.length > 0 ? sql`sum(${doubles[0]?.of}) is not null` : sql`count(*) > 0`,
    summarized: statistics !== null,
  };
}

/** Doubles, and which of the columns is their sum. */
interface Doubles {
  readonly of: RawBuilder<unknown>;
  readonly column: number;
}

/**
 * Whether all sums are what adding one by one would come to: a double holds every whole number up to 2^53. Of
 * fractions, no sum is the one that is right.
 */
function allExact(
  doubles: readonly Doubles[],
  totals: readonly RawBuilder<unknown>[],
  dialect: Dialect,
): RawBuilder<unknown> {
  const conditions = doubles.map(({ of, column }) => dialect.exactSum(of, totals[column] ?? sql`sum(${of})`));
  return sql`case when ${sql.join(conditions, sql` and `)} then 1 else 0 end`;
}
