import { expectTypeOf } from 'expect-type';
import { type MemoryTypes, memory } from '../../adapter-tests/src/memory/memory-backend.js';
import type { Backend, BackendTypes } from '../src/adapter.js';
import { BulkInsertError } from '../src/errors.js';
import { Kairos } from '../src/kairos.js';
import type { Bounds } from '../src/read/bounds.js';
import type { IntervalOptions } from '../src/schema/schema.js';
import type { UnitOption } from '../src/time/unit.js';
import type { Timeseries } from '../src/timeseries.js';
import type { TimeseriesTypes } from '../src/timeseries-types.js';

/** A backend with typed columns and an insert option. Only its types matter. */
interface TypedColumns extends BackendTypes {
  options: { tableName?: string };
  insertOptions: { urgent?: boolean };
  fetch: (table: string) => unknown;
  values: { text: string; long: number | bigint };
}

/** Typed columns with one `valueType` as the default. */
interface NumbersByDefault extends TypedColumns {
  defaultValueType: 'long';
}

function backendOf<X extends BackendTypes>(name: string): Backend<X> {
  return {
    name,
    contract: memory.contract,
    schemes: [name],
    options: ['tableName', 'valueType'],
    insertOptions: ['urgent'],
    accepts: () => false,
    open: (request) => memory.open(request),
  };
}
const columns = backendOf<TypedColumns>('columns');
const numbers = backendOf<NumbersByDefault>('numbers');

const intervals = {
  minute: { step: 60 },
  month: { step: 'monthly', resolution: 'daily' },
  same: { step: '1h', resolution: '1h' },
} as const;
const kairos = new Kairos([memory]);
const open = {
  series: () => kairos.timeseries('memory:', { type: 'series', intervals }),
  count: () => kairos.timeseries('memory:', { type: 'count', intervals }),
  histogram: () => kairos.timeseries('memory:', { type: 'histogram', intervals, readFunc: Number }),
  gauge: () => kairos.timeseries('memory:', { type: 'gauge', intervals }),
  set: () =>
    kairos.timeseries('memory:', {
      type: 'set',
      intervals,
      readFunc: String,
      writeFunc: (user: { id: number }) => user.id,
    }),
};
type Opened<K extends keyof typeof open> = Awaited<ReturnType<(typeof open)[K]>>;

/** Compiles calls without running them. Only the type of their results matters. */
function compiled<K extends keyof typeof open>(_type: K, _use: (timeseries: Opened<K>) => void): void {}

describe('Types', () => {
  it('infer the data of each type', () => {
    compiled('series', (seen) => {
      expectTypeOf(seen.get('a', 'minute')).resolves.toEqualTypeOf<Map<number, (string | number)[]>>();
    });
    compiled('count', (hits) => {
      expectTypeOf(hits.get('a', 'minute')).resolves.toEqualTypeOf<Map<number, number>>();
    });
    compiled('histogram', (delays) => {
      expectTypeOf(delays.get('a', 'minute')).resolves.toEqualTypeOf<Map<number, Map<number, number>>>();
    });
    compiled('gauge', (last) => {
      expectTypeOf(last.get('a', 'minute')).resolves.toEqualTypeOf<Map<number, string | number | null>>();
    });
    compiled('set', (users) => {
      expectTypeOf(users.get(['a', 'b'], 'minute')).resolves.toEqualTypeOf<Map<number, Set<string>>>();
      expectTypeOf(users.insert)
        .parameter(1)
        .toEqualTypeOf<{ id: number } | readonly { id: number }[] | ReadonlySet<{ id: number }>>();
      // @ts-expect-error a value that writeFunc does not take
      void (() => users.insert('a', 5));
      // @ts-expect-error only a count may leave its value out
      void (() => users.insert('a'));
    });
    expect(Object.keys(open)).toHaveLength(5);
  });

  it('do not compile with the name of an interval that is not there', () => {
    compiled('count', (hits) => {
      // @ts-expect-error there is no interval of this name
      void (() => hits.get('a', 'hour'));
      // @ts-expect-error there is no interval of this name
      void (() => hits.iterate('a', 'hour'));
      expectTypeOf(hits.properties('a')).resolves.toEqualTypeOf<{
        minute?: Bounds;
        month?: Bounds;
        same?: Bounds;
      }>();
    });
    const unit = { hour: { step: 'minutely' } } as const;
    // @ts-expect-error there is no such unit of time
    const bad = () => kairos.timeseries('memory:', { type: 'count', intervals: unit });
    expect(bad).toBeInstanceOf(Function);
  });

  it('nest resolutions in a series, unless it is condensed or collapsed', () => {
    compiled('count', (hits) => {
      const at = { start: 0, end: 1 } as const;
      type Flat = Map<number, number>;
      type Nested = Map<number, Map<number, number>>;
      expectTypeOf(hits.series('a', 'month', at)).resolves.toEqualTypeOf<Nested>();
      expectTypeOf(hits.series('a', 'minute', at)).resolves.toEqualTypeOf<Flat>();
      expectTypeOf(hits.series('a', 'same', at)).resolves.toEqualTypeOf<Flat>();
      expectTypeOf(hits.series('a', 'month', { ...at, condense: true })).resolves.toEqualTypeOf<Flat>();
      expectTypeOf(hits.series('a', 'month', { ...at, condense: false })).resolves.toEqualTypeOf<Nested>();
      expectTypeOf(hits.series('a', 'month', { ...at, collapse: true })).resolves.toEqualTypeOf<Flat>();
      const either = { ...at, condense: Date.now() > 0 };
      expectTypeOf(hits.series('a', 'month', either)).resolves.toEqualTypeOf<
        Map<number, number | Map<number, number>>
      >();
      expectTypeOf(hits.get('a', 'month')).resolves.toEqualTypeOf<Flat>();
    });
    expect(intervals.month.resolution).toBe('daily');
  });

  it('take every unit of time, and tell one resolution from the other', () => {
    const units = {
      seconds: { step: '60', resolution: '30s' },
      minutes: { step: '5min' },
      months: { step: '6mo', resolution: '1m' },
      weeks: { step: 'quarterly', resolution: 'isoWeekly' },
      hours: { step: 'daily', resolution: 'hourly' },
    } as const;
    const length = (): UnitOption => `${Number(5)}min`;
    const some = { some: { step: length(), resolution: `${Number(5)}s` as const } };
    const use = () => ({
      hits: kairos.timeseries('memory:', { type: 'count', intervals: units }),
      some: kairos.timeseries('memory:', { type: 'count', intervals: some }),
      // @ts-expect-error minutes are 'min'
      minutes: kairos.timeseries('memory:', { type: 'count', intervals: { a: { step: '5mins' } } }),
    });
    type Opened<K extends keyof ReturnType<typeof use>> = Awaited<ReturnType<typeof use>[K]>;
    const reads = (hits: Opened<'hits'>, open: Opened<'some'>) => {
      type Nested = Map<number, Map<number, number>>;
      expectTypeOf(hits.series('a', 'seconds')).resolves.toEqualTypeOf<Nested>();
      expectTypeOf(hits.series('a', 'minutes')).resolves.toEqualTypeOf<Map<number, number>>();
      expectTypeOf(hits.series('a', 'weeks')).resolves.toEqualTypeOf<Nested>();
      expectTypeOf(hits.series('a', 'hours')).resolves.toEqualTypeOf<Nested>();
      expectTypeOf(open.series('a', 'some')).resolves.toEqualTypeOf<
        Map<number, number | Map<number, number>>
      >();
    };
    expect(reads).toBeInstanceOf(Function);
  });

  it('leave open whether a series is nested where the intervals are not known before the program runs', () => {
    const configured: { readonly [name: string]: IntervalOptions } = { month: intervals.month };
    const seconds = { coarse: { step: Number(60) }, fine: { step: Number(3600), resolution: Number(60) } };
    const either = { minute: { step: Date.now() > 0 ? 60 : 3600, resolution: 60 } } as const;
    const use = () => ({
      configured: kairos.timeseries('memory:', { type: 'count', intervals: configured }),
      computed: kairos.timeseries('memory:', { type: 'count', intervals: seconds }),
      chosen: kairos.timeseries('memory:', { type: 'count', intervals: either }),
    });
    type Opened<K extends keyof ReturnType<typeof use>> = Awaited<ReturnType<typeof use>[K]>;
    type Either = Map<number, number | Map<number, number>>;
    const reads = (any: Opened<'configured'>, computed: Opened<'computed'>, chosen: Opened<'chosen'>) => {
      expectTypeOf(chosen.series('a', 'minute')).resolves.toEqualTypeOf<Either>();
      expectTypeOf(any.series('a', 'month')).resolves.toEqualTypeOf<Either>();
      expectTypeOf(any.series('a', 'month', { condense: true })).resolves.toEqualTypeOf<
        Map<number, number>
      >();
      expectTypeOf(any.get('a', 'month')).resolves.toEqualTypeOf<Map<number, number>>();
      expectTypeOf(computed.series('a', 'fine')).resolves.toEqualTypeOf<Either>();
      expectTypeOf(computed.series('a', 'coarse')).resolves.toEqualTypeOf<Map<number, number>>();
      const sized = any.get('a', 'month', { condense: (data) => [...data.keys()] });
      expectTypeOf(sized).resolves.toEqualTypeOf<Map<number, number | number[]>>();
    };
    expect(reads).toBeInstanceOf(Function);
  });

  it('infer what a transform makes', () => {
    compiled('histogram', (delays) => {
      const rate = delays.get('a', 'minute', { transform: 'rate' });
      expectTypeOf(rate).resolves.toEqualTypeOf<Map<number, Map<number, number>>>();
      const two = delays.series('a', 'month', { collapse: true, transform: ['mean', 'max'] });
      expectTypeOf(two).resolves.toEqualTypeOf<Map<number, { mean: number; max: number }>>();
      const own = delays.get('a', 'minute', { transform: (data, seconds) => `${data.size / seconds}` });
      expectTypeOf(own).resolves.toEqualTypeOf<Map<number, string>>();
      const named = delays.series('a', 'month', {
        transform: { mid: (data) => [...data.keys()], top: 'max' },
      });
      expectTypeOf(named).resolves.toEqualTypeOf<Map<number, Map<number, { mid: number[]; top: number }>>>();
      const mixed = delays.get('a', 'minute', {
        transform: [
          'mean',
          function spread(data) {
            return data.size;
          },
        ],
      });
      expectTypeOf(mixed).resolves.toEqualTypeOf<
        Map<number, { mean: number } & { [name: string]: unknown }>
      >();
      // @ts-expect-error there is no built-in transform of this name
      void (() => delays.get('a', 'minute', { transform: 'mode' }));
      // @ts-expect-error a percentile has a number
      void (() => delays.get('a', 'minute', { transform: 'pfoo' }));
    });
    compiled('histogram', (delays) => {
      type Figure = Map<number, number | null>;
      expectTypeOf(delays.get('a', 'minute', { transform: 'p99.9' })).resolves.toEqualTypeOf<Figure>();
      expectTypeOf(delays.get('a', 'minute', { transform: 'median' })).resolves.toEqualTypeOf<Figure>();
      expectTypeOf(delays.get('a', 'minute', { transform: 'distinct' })).resolves.toEqualTypeOf<Figure>();
      const listed = delays.get('a', 'minute', { transform: ['median', 'p95', 'mean'] });
      expectTypeOf(listed).resolves.toEqualTypeOf<
        Map<number, { median: number | null; p95: number | null; mean: number }>
      >();
      const named = delays.series('a', 'month', {
        collapse: true,
        transform: { worst: 'p99.9', spread: 'stddev', top: 'max', size: (data) => data.size },
      });
      expectTypeOf(named).resolves.toEqualTypeOf<
        Map<number, { worst: number | null; spread: number | null; top: number; size: number }>
      >();
    });
    compiled('count', (hits) => {
      const same = hits.get('a', 'minute', { transform: ['p95', 'rate', 'stddev'] });
      expectTypeOf(same).resolves.toEqualTypeOf<Map<number, { p95: number; rate: number; stddev: number }>>();
    });
    compiled('gauge', (last) => {
      const same = last.get('a', 'minute', { transform: 'rate' });
      expectTypeOf(same).resolves.toEqualTypeOf<Map<number, string | number | null>>();
    });
    compiled('series', (seen) => {
      const least = seen.get('a', 'minute', { transform: 'min' });
      expectTypeOf(least).resolves.toEqualTypeOf<Map<number, string | number>>();
    });
    expect(memory.name).toBe('memory');
  });

  it('are not drawn from what the result is used for', () => {
    compiled('count', (hits) => {
      const flat = (): Promise<Map<number, number>> => hits.get('a', 'month');
      const sizes = (): Promise<Map<number, string>> =>
        hits.series('a', 'month', { condense: true, transform: (data) => data.toFixed() });
      const nested: () => Promise<Map<number, Map<number, number>>> = () => hits.series('a', 'month');
      void [flat, sizes, nested];
    });
    expect(intervals.minute.step).toBe(60);
  });

  it('take undefined for any option, and values that readFunc does not narrow', () => {
    const flag: boolean | undefined = undefined;
    const use = async () => {
      const delays = await kairos.timeseries('memory:', {
        type: 'histogram',
        intervals,
        readFunc: Number,
        timezone: process.env.TZ,
      });
      await delays.insert('a', [3.14, 'x'], { timestamp: undefined, intervals: undefined });
      // @ts-expect-error an object is no value
      await delays.insert('a', { bogus: true });
      await delays.bulkInsert(
        new Map([
          [1, { a: [1], b: [1] }],
          [2, { a: [1] }],
        ]),
      );
      await delays.series('a', 'month', {
        condense: flag,
        collapse: undefined,
        transform: undefined,
        start: null,
      });
    };
    expect(use).toBeInstanceOf(Function);
  });

  it('let what a bulk insert gives back be inserted again', () => {
    compiled('count', (hits) => {
      const retry = async () => {
        try {
          await hits.bulkInsert(new Map([[0, { a: [1] }]]));
        } catch (error) {
          if (error instanceof BulkInsertError) await hits.bulkInsert(error.failed);
        }
      };
      void retry;
    });
    expect(BulkInsertError.code).toBe('KAIROS_BULK_INSERT');
  });

  it('follow the functions of a customized read from one to the next', () => {
    compiled('series', (seen) => {
      const read = seen.series(['a', 'b'], 'month', {
        processRow: (data) => data.length,
        joinRows: (rows) => {
          expectTypeOf(rows).toEqualTypeOf<readonly (number | never[])[]>();
          return String(rows.length);
        },
        condense: (data) => {
          expectTypeOf(data).toEqualTypeOf<ReadonlyMap<number, string>>();
          return [...data.values()];
        },
        collapse: (data) => {
          expectTypeOf(data).toEqualTypeOf<ReadonlyMap<number, string[]>>();
          return data.size > 0;
        },
        transform: (data, seconds) => {
          expectTypeOf(data).toEqualTypeOf<boolean>();
          return { data, seconds };
        },
      });
      expectTypeOf(read).resolves.toEqualTypeOf<Map<number, { data: boolean; seconds: number }>>();
    });
    expect(memory.insertOptions).toEqual([]);
  });

  it('take the options of the backends that are registered, and no others', () => {
    const both = new Kairos().register(memory).register(columns);
    const use = () => ({
      namespaced: both.timeseries('memory:', { type: 'count', intervals, namespace: 'a' }),
      text: both.timeseries('columns:', { type: 'series', intervals, tableName: 't', valueType: 'text' }),
      long: both.timeseries('columns:', { type: 'set', intervals, valueType: 'long' }),
      // @ts-expect-error no registered backend takes the option
      prefixed: both.timeseries('memory:', { type: 'count', intervals, prefix: 'a' }),
      // @ts-expect-error there is no such valueType
      untyped: both.timeseries('columns:', { type: 'series', intervals, valueType: 'colour' }),
    });
    type Data<R> = R extends Promise<Timeseries<infer S>> ? S['read'] : never;
    expectTypeOf<Data<ReturnType<typeof use>['text']>>().toEqualTypeOf<string>();
    expectTypeOf<Data<ReturnType<typeof use>['long']>>().toEqualTypeOf<number | bigint>();
    expectTypeOf<Data<ReturnType<typeof use>['namespaced']>>().toEqualTypeOf<string | number>();
    expectTypeOf<Timeseries<TimeseriesTypes>>().not.toBeAny();
    expectTypeOf<MemoryTypes>().toMatchTypeOf<BackendTypes>();
    expect(both).toBeInstanceOf(Kairos);
  });

  it('are those of the default valueType where none is given', () => {
    const typed = new Kairos([numbers]);
    const use = async () => {
      const seen = await typed.timeseries('numbers:', { type: 'set', intervals });
      await seen.insert('visitors', [5, 5n]);
      // @ts-expect-error a string into a column of numbers
      await seen.insert('visitors', 'ada');
      // @ts-expect-error strings into a column of numbers
      await seen.bulkInsert(new Map([[0, { visitors: ['ada'] }]]));
      expectTypeOf(seen.get('visitors', 'minute')).resolves.toEqualTypeOf<
        Map<number, Set<number | bigint>>
      >();

      const texts = await typed.timeseries('numbers:', { type: 'set', intervals, valueType: 'text' });
      await texts.insert('visitors', 'ada');
      // @ts-expect-error a number into a column of text
      await texts.insert('visitors', 5);

      const recorded = await typed.timeseries('numbers:', { type: 'gauge' });
      // @ts-expect-error a string into a column of numbers
      await recorded.insert('visitors', 'ada');
      expectTypeOf(recorded.get('visitors', 'any')).resolves.toEqualTypeOf<
        Map<number, number | bigint | null>
      >();

      const converted = await typed.timeseries('numbers:', {
        type: 'series',
        intervals,
        readFunc: (value) => {
          expectTypeOf(value).toEqualTypeOf<number | bigint>();
          return new Date(Number(value));
        },
        writeFunc: (date: Date) => date.getTime(),
      });
      await converted.insert('visits', new Date());
      expectTypeOf(converted.get('visits', 'minute')).resolves.toEqualTypeOf<Map<number, Date[]>>();
      // @ts-expect-error writeFunc makes a string for a column of numbers
      await typed.timeseries('numbers:', { type: 'series', intervals, writeFunc: (id: number) => `${id}` });

      const hits = await typed.timeseries('numbers:', { type: 'count', intervals });
      await hits.insert('home', 5);
      // @ts-expect-error an amount is a number
      await hits.insert('home', 5n);
      expectTypeOf(hits.get('home', 'minute')).resolves.toEqualTypeOf<Map<number, number>>();
    };
    expect(use).toBeInstanceOf(Function);
  });

  it('are those of every backend that is registered, as a source does not tell which it belongs to', () => {
    const both = new Kairos([numbers, memory]);
    const typed = new Kairos<Backend<NumbersByDefault> | Backend<TypedColumns>>([numbers, columns]);
    const use = async () => {
      const seen = await both.timeseries('memory:', { type: 'gauge', intervals });
      await seen.insert('visitors', ['ada', 5]);
      // @ts-expect-error no registered backend takes it where no valueType is given
      await seen.insert('visitors', true);
      expectTypeOf(seen.get('visitors', 'minute')).resolves.toEqualTypeOf<
        Map<number, string | number | bigint | null>
      >();
      const untold = await typed.timeseries('columns:', { type: 'set', intervals });
      await untold.insert('visitors', 'ada');
    };
    expect(use).toBeInstanceOf(Function);
  });
});
