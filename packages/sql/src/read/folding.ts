import type { Fold } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import type { Column } from '../dialect/column.js';
import type { Dialect } from '../dialect/dialect.js';
import type { Layout } from '../layout.js';

/** A column to add up, with its expression over the rows `d`. */
export interface FoldedColumn extends Column {
  readonly of: RawBuilder<unknown>;
}

/** How the server adds up the rows of a read. */
export interface Folding {
  /** Identifies its statement. */
  readonly shape: string;
  /** The columns to group by. If empty, all rows become one. */
  readonly by: readonly Column[];
  readonly columns: readonly FoldedColumn[];
  /** Whether the last column is a flag: 1 if all sums of doubles equal the result of adding one by one. */
  readonly checked: boolean;
  /** The select list, given the totals of the columns. It includes the flag, if there is one. */
  selected(totals: readonly RawBuilder<unknown>[]): readonly RawBuilder<unknown>[];
  /** Whether there are any rows. Uses a total that the statement computes anyway, if one can tell. */
  readonly present: RawBuilder<unknown>;
  /**
   * Whether the data of a row is a `Summary`: its columns are those of `count`, `sum`, `min` and `max` that
   * the read asks for.
   */
  readonly summarized: boolean;
}

/**
 * How the server adds up the rows of a read. `null` if the read needs every row: the values of series and
 * gauges keep their order, and only numbers have statistics.
 */
export function foldingOf(
  { type, valueType, columns }: Layout,
  dialect: Dialect,
  fold: Fold,
  { names, coarse }: { readonly names: number; readonly coarse: boolean },
): Folding | null {
  // Every type that a count may have is a number.
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
  // A bucket that spans several windows has one row per window.
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

/** An expression of doubles, and the column that holds its sum. */
interface Doubles {
  readonly of: RawBuilder<unknown>;
  readonly column: number;
}

/**
 * Whether all sums equal the result of adding one by one. A double holds every whole number up to 2^53. Sums
 * of fractions depend on their order, so none is the right one.
 */
function allExact(
  doubles: readonly Doubles[],
  totals: readonly RawBuilder<unknown>[],
  dialect: Dialect,
): RawBuilder<unknown> {
  const conditions = doubles.map(({ of, column }) => dialect.exactSum(of, totals[column] ?? sql`sum(${of})`));
  return sql`case when ${sql.join(conditions, sql` and `)} then 1 else 0 end`;
}
