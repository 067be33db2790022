import { ConfigurationError, InvalidValueError, Kairos } from '@kairos/core';
import { sql, type ValuesByType } from '@kairos/sql';

const long = 'é'.repeat(5000);
const blob = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);

/** All type names except aliases. */
type TypeName = Exclude<keyof ValuesByType, 'integer' | 'int64' | 'str' | 'unicode' | 'clob' | 'boolean'>;

/** Values of each type that must come back unchanged. No two are equal. */
const samples: { readonly [N in TypeName]: readonly ValuesByType[N][] } = {
  float: [0, -1.5, 0.1, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 53],
  int: [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  long: [0, -7, Number.MAX_SAFE_INTEGER, 9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n)],
  decimal: ['0', '-0.1', '12.5', '123456789012345678901234567890.000000000000000000000000000001'],
  string: [
    '',
    ' ',
    'a',
    'A',
    'a ',
    'á',
    'sha256:',
    `sha256:${'0'.repeat(64)}`,
    'x'.repeat(255),
    '😀'.repeat(255),
  ],
  text: ['', 'a', 'A', 'a ', 'sha256:a', long, `${long}a`, `${long}A`, "it's; -- 100% \\ \n"],
  bool: [true, false],
  date: [new Date('0001-01-01'), new Date('1969-12-31'), new Date('2024-02-29'), new Date('9999-12-31')],
  datetime: [new Date(0), new Date(-1), new Date('2024-02-29T12:34:56.789Z'), new Date(8.64e15)],
  time: ['00:00:00', '23:59:59', '23:59:59.000000001', '12:00:00.5'],
  blob: [
    new Uint8Array(),
    Uint8Array.of(0),
    Uint8Array.of(0, 0),
    Buffer.from('sha256:'),
    blob,
    blob.slice(1),
  ].map((bytes) => new Uint8Array(bytes)),
};

/** Values that each type must refuse. */
const refused: { readonly [N in TypeName]: readonly unknown[] } = {
  float: [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, true, null, new Date(0)],
  int: [1.5, 2 ** 53, '1', 1n],
  long: [1.5, 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n, '1'],
  decimal: ['', '.', '1e', 'a', '1,5', Number.NaN, `1e${300}`, '1'.repeat(256), 1n],
  string: ['x'.repeat(256), '😀'.repeat(256), '\ud800', 1, null],
  text: ['x'.repeat(32_769), 'é'.repeat(16_385), '\ud800', 1, undefined],
  bool: [0, 1, 'true', null],
  date: [
    new Date(1),
    new Date(Number.NaN),
    '2024-01-01',
    new Date('-000001-01-01'),
    new Date('+010000-01-01'),
  ],
  datetime: [new Date(Number.NaN), 0, '2024-01-01'],
  time: ['24:00:00', '12:00', '12:00:60', '1:00:00', '12:00:00.', '12:00:00.1234567891', 0],
  blob: ['a', [1], new Uint8Array(32_769), new Uint16Array(1)],
};

const intervals = { minute: { step: 60 } } as const;
const at = { timestamp: 60 };

/** The tests of every `valueType`, on one store. */
export function valueTypeTests(source: () => string | object, namespace: string, nul = true): void {
  const kairos = new Kairos([sql]);
  for (const valueType of Object.keys(samples) as TypeName[]) {
    // The loop loses the type of the values. The tests compare input and output.
    const values: readonly ValuesByType[keyof ValuesByType][] = samples[valueType];
    const options = { valueType, tableName: `${namespace}_${valueType}`, intervals };

    describe(`valueType ${valueType}`, () => {
      it('comes back as it was written, from a series', async () => {
        const series = await kairos.timeseries(source(), { ...options, type: 'series' });
        await series.insert('name', values, at);
        expect((await series.get('name', 'minute', at)).get(60)).toEqual(values);
        await series.close();
      });

      it('comes back as it was written, from a gauge', async () => {
        const gauge = await kairos.timeseries(source(), { ...options, type: 'gauge' });
        for (const value of values) {
          await gauge.insert('name', value, at);
          expect((await gauge.get('name', 'minute', at)).get(60)).toEqual(value);
        }
        await gauge.close();
      });

      it('is told from any other value, in a histogram', async () => {
        const histogram = await kairos.timeseries(source(), { ...options, type: 'histogram' });
        await histogram.insert('name', [...values, ...values], at);
        await histogram.bulkInsert(new Map([[60, { name: values }]]));
        const data = (await histogram.get('name', 'minute', at)).get(60) ?? new Map();
        expect([...data.values()]).toEqual(values.map(() => 3));
        expect(sorted([...data.keys()])).toEqual(sorted(values));
        await histogram.close();
      });

      it('is told from any other value, in a set', async () => {
        const set = await kairos.timeseries(source(), { ...options, type: 'set' });
        await set.insert('name', [...values, ...values], at);
        await set.insert('name', values, at);
        const data = (await set.get('name', 'minute', at)).get(60) ?? new Set();
        expect(sorted([...data])).toEqual(sorted(values));
        await set.close();
      });

      it('refuses what it cannot hold before anything is written', async () => {
        const series = await kairos.timeseries(source(), { ...options, type: 'series' });
        const [good] = values;
        for (const value of refused[valueType]) {
          // The compiler would refuse the value as well.
          const given = [good, value] as never;
          await expect(series.insert('refused', given, at)).rejects.toThrow(InvalidValueError);
        }
        expect((await series.get('refused', 'minute', at)).get(60)).toEqual([]);
        await series.close();
      });
    });
  }

  describe.each(['float', 'int', 'long'] as const)('sums and extremes of valueType %s', (valueType) => {
    const values = samples[valueType];
    const range = { start: 60, end: 240 };
    const options = { valueType, tableName: `${namespace}_sums_${valueType}`, intervals };
    const transform = ['mean', 'count', 'sum', 'min', 'max'] as const;

    it.each(['series', 'histogram'] as const)('are those of the values, in a %s', async (type) => {
      const timeseries = await kairos.timeseries(source(), { ...options, type });
      await timeseries.bulkInsert(
        new Map([
          [60, { small: [3, -4, 3], large: values }],
          [180, { small: [0], large: [...values, ...values.slice(-2)] }],
        ]),
      );
      for (const names of ['small', 'large', ['small', 'large'], 'none']) {
        for (const collapse of [false, true]) {
          const read = await timeseries.series(names, 'minute', { ...range, collapse, transform });
          const byCore = await timeseries.series(names, 'minute', {
            ...range,
            collapse,
            transform,
            processRow: (data) => data,
          });
          expect(read).toEqual(byCore);
        }
      }
      await timeseries.close();
    });
  });

  describe('valueType and the other options', () => {
    it('reads equal decimals as one value, in canonical form', async () => {
      const options = { ...intervalsOf('decimals'), type: 'set', valueType: 'decimal' } as const;
      const set = await kairos.timeseries(source(), options);
      await set.insert(
        'name',
        ['1.50', '+1.5', '01.5', '15e-1', '.0015E3', '-0', '0.000', '1e3', '1000'],
        at,
      );
      expect((await set.get('name', 'minute', at)).get(60)).toEqual(new Set(['1.5', '0', '1000']));
      await set.close();
    });

    it('has the names of the original too', async () => {
      const names = {
        integer: 5,
        int64: 2n ** 60n,
        str: 'a',
        unicode: 'é',
        clob: 'b',
        boolean: true,
      } as const;
      for (const [valueType, value] of Object.entries(names)) {
        const gauge = await kairos.timeseries(source(), {
          ...intervalsOf(`named_${valueType}`),
          type: 'gauge',
          // The loop loses which type belongs to which values.
          valueType: valueType as never,
        });
        await gauge.insert('name', value as never, at);
        expect((await gauge.get('name', 'minute', at)).get(60)).toBe(value);
        await gauge.close();
      }
    });

    it('gives a long back as a number where it is safe, however it came', async () => {
      const options = { ...intervalsOf('longs'), type: 'histogram', valueType: 'long' } as const;
      const histogram = await kairos.timeseries(source(), options);
      await histogram.insert('name', [5, 5n], at);
      expect((await histogram.get('name', 'minute', at)).get(60)).toEqual(new Map([[5, 2]]));
      await histogram.close();
    });

    it('takes whole amounts alone for a count of whole numbers', async () => {
      const options = { ...intervalsOf('whole'), type: 'count', valueType: 'int' } as const;
      const count = await kairos.timeseries(source(), options);
      await expect(count.insert('name', 1.5, at)).rejects.toThrow(InvalidValueError);
      await count.insert('name', Number.MAX_SAFE_INTEGER, at);
      expect((await count.get('name', 'minute', at)).get(60)).toBe(Number.MAX_SAFE_INTEGER);
      await count.close();
    });

    it('refuses a count of what cannot be added up', async () => {
      for (const valueType of [
        'decimal',
        'string',
        'text',
        'bool',
        'date',
        'datetime',
        'time',
        'blob',
      ] as const) {
        const opening = kairos.timeseries(source(), { ...intervalsOf('refused'), type: 'count', valueType });
        await expect(opening).rejects.toThrow(ConfigurationError);
      }
    });

    it('holds strings and texts as long as the options say, and no longer', async () => {
      const options = {
        ...intervalsOf('lengths'),
        type: 'gauge',
        valueType: 'string',
        stringLength: 3,
      } as const;
      const gauge = await kairos.timeseries(source(), options);
      await gauge.insert('name', '😀😀😀', at);
      await expect(gauge.insert('name', 'four', at)).rejects.toThrow(/stringLength/);
      expect((await gauge.get('name', 'minute', at)).get(60)).toBe('😀😀😀');
      await gauge.close();
      const longer = {
        ...intervalsOf('longer'),
        type: 'set',
        valueType: 'text',
        textLength: 100_000,
      } as const;
      const set = await kairos.timeseries(source(), longer);
      await set.insert('name', 'x'.repeat(100_000), at);
      await expect(set.insert('name', 'x'.repeat(100_001), at)).rejects.toThrow(/textLength/);
      expect((await set.get('name', 'minute', at)).get(60)).toEqual(new Set(['x'.repeat(100_000)]));
      await set.close();
    });

    it(nul ? 'holds NUL in text' : 'refuses NUL in text', async () => {
      const gauge = await kairos.timeseries(source(), {
        ...intervalsOf('nul'),
        type: 'gauge',
        valueType: 'string',
      });
      const insert = gauge.insert('name', 'a\0b', at);
      if (!nul) await expect(insert).rejects.toThrow(InvalidValueError);
      else await insert;
      expect((await gauge.get('name', 'minute', at)).get(60)).toBe(nul ? 'a\0b' : null);
      await gauge.close();
    });

    it('refuses to open a table with another valueType than it was created for', async () => {
      const options = { ...intervalsOf('other'), type: 'series' } as const;
      await (await kairos.timeseries(source(), { ...options, valueType: 'int' })).close();
      const opening = kairos.timeseries(source(), { ...options, valueType: 'text' });
      await expect(opening).rejects.toThrow(/"valueType":"int".*"valueType":"text"/);
    });

    it.each([
      [{ tableName: '' }, /"tableName"/],
      [{ tableName: 7 }, /"tableName"/],
      [{ valueType: 'varchar' }, /"valueType".*float/],
      [{ stringLength: 0 }, /"stringLength"/],
      [{ textLength: 1.5 }, /"textLength"/],
      [{ createTables: 'yes' }, /"createTables"/],
    ])('refuses %p', async (options, message) => {
      // The compiler would refuse the options as well.
      const opening = kairos.timeseries(source(), { type: 'gauge', intervals, ...options } as never);
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(message);
    });

    function intervalsOf(table: string) {
      return { tableName: `${namespace}_${table}`, intervals };
    }
  });
}

/** Sets and histograms have no order. */
function sorted(values: readonly unknown[]): unknown[] {
  const keyed = values.map((value) => [orderOf(value), value] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function orderOf(value: unknown): string {
  if (value instanceof Uint8Array) return value.join();
  return value instanceof Date ? value.toISOString() : String(value);
}
