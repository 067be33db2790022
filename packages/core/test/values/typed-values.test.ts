import fc from 'fast-check';
import { InvalidValueError } from '../../src/errors.js';
import {
  bytesOf,
  longOf,
  storeBoolean,
  storeBytes,
  storeDecimal,
  storeFloat,
  storeInt,
  storeLong,
  storeText,
} from '../../src/values/typed-values.js';

const decimal = (value: unknown) => storeDecimal(value, 40);

describe('A typed value', () => {
  it.each([
    ['float', storeFloat, [0, -1.5, 5e-324, 2 ** 53, Number.MAX_VALUE]],
    ['int', storeInt, [0, -7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
    ['long', storeLong, [0, -7, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]],
    ['boolean', storeBoolean, [true, false]],
    ['text', storeText, ['', 'é', '😀', 'a\0b']],
    ['decimal', decimal, ['0', '-0.1', '12.5', '12345678901234567890.000000000000000001']],
  ])('of %s is itself', (_, store: (value: unknown) => unknown, values: readonly unknown[]) => {
    expect(values.map(store)).toEqual(values);
  });

  it.each([
    ['float', storeFloat, [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, true, null, new Date(0)]],
    ['int', storeInt, [1.5, 2 ** 53, '1', 1n]],
    ['long', storeLong, [1.5, 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n, '1']],
    ['boolean', storeBoolean, [0, 1, 'true', null]],
    ['text', storeText, [1, undefined, '\ud800']],
    ['bytes', storeBytes, ['a', [1], new Uint16Array(1), new ArrayBuffer(1)]],
    [
      'decimal',
      decimal,
      ['', '.', '-', '1e', 'a', '1,5', ' 1', '0x1', Number.NaN, 1n, '1e40', '1e9999', '1'.repeat(41)],
    ],
  ])('of %s is no other value, and its refusal says which type is meant', (_, store, values) => {
    for (const value of values) {
      expect(() => store(value)).toThrow(InvalidValueError);
      if (typeof value !== 'string' || value.isWellFormed()) expect(() => store(value)).toThrow(/valueType/);
    }
  });

  it('has one zero', () => {
    expect([storeFloat(-0), storeInt(-0), storeLong(-0), storeLong(0n)]).toEqual([0, 0, 0, 0]);
  });

  it('is a number where a long is safe, however it came', () => {
    expect([storeLong(5n), storeLong(5), longOf(-5n)]).toEqual([5, 5, -5]);
  });

  it.each([
    ['0012.50', '12.5'],
    ['+1.5', '1.5'],
    ['-1.5e3', '-1500'],
    ['12e-4', '0.0012'],
    ['.0015E3', '1.5'],
    ['5.', '5'],
    ['-0.00', '0'],
    ['1e3', '1000'],
    [1e21, '1000000000000000000000'],
    [-5e-7, '-0.0000005'],
  ])('of decimal %p is %p: equal numbers are equal texts', (given, canonical) => {
    expect(decimal(given)).toBe(canonical);
  });

  it('of any number is a decimal that reads as the same number, and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = storeDecimal(number, 1000);
        expect(Number(text)).toBe(number === 0 ? 0 : number);
        expect(storeDecimal(text, 1000)).toBe(text);
      }),
    );
  });

  it('of bytes is told from all others, and gives them back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, others) => {
        expect(new Uint8Array(bytesOf(storeBytes(bytes)))).toEqual(bytes);
        expect(storeBytes(bytes) === storeBytes(others)).toBe(Buffer.compare(bytes, others) === 0);
      }),
    );
  });

  it('of a part of a buffer is that part', () => {
    expect(storeBytes(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('\x02\x03');
  });
});
