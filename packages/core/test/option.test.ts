import { ConfigurationError } from '../src/errors.js';
import {
  booleanOption,
  choiceOption,
  functionOption,
  optionError,
  textOption,
  wholeNumberOption,
} from '../src/option.js';

const colours = { red: 1, green: 2 };

describe('An option', () => {
  it.each<[string, () => unknown, unknown]>([
    ['boolean', () => booleanOption('x', undefined, true), true],
    ['whole number', () => wholeNumberOption('x', undefined, null, 9), null],
    ['text', () => textOption('x', undefined, 'kairos'), 'kairos'],
    ['choice', () => choiceOption('x', undefined, colours, 'red'), 'red'],
    ['function', () => functionOption('x', undefined), undefined],
  ])('that is a %s is its default where it is left out', (_, check, otherwise) => {
    expect(check()).toBe(otherwise);
  });

  it('is given back where it is right', () => {
    expect(booleanOption('x', false, true)).toBe(false);
    expect([1, 9].map((each) => wholeNumberOption('x', each, null, 9))).toEqual([1, 9]);
    expect(textOption('x', '', 'kairos')).toBe('');
    expect(choiceOption('x', 'green', colours, 'red')).toBe('green');
    expect(functionOption('x', Math.max)?.(1, 3, 2)).toBe(3);
  });

  it.each<[string, () => unknown, string]>([
    ['boolean', () => booleanOption('x', 1, true), 'Option "x" is 1; expected true or false'],
    ['number', () => wholeNumberOption('x', 0, 1, 9), 'Option "x" is 0; expected a whole number from 1 to 9'],
    ['number', () => wholeNumberOption('x', 10, 1, 9), 'Option "x" is 10; expected'],
    ['number', () => wholeNumberOption('x', 1.5, 1, 9), 'Option "x" is 1.5; expected'],
    ['number', () => wholeNumberOption('x', '1', 1, 9), 'Option "x" is "1"; expected'],
    ['number', () => wholeNumberOption('x', 0, 1), 'Option "x" is 0; expected a positive whole number'],
    ['text', () => textOption('x', null, ''), 'Option "x" is null; expected well-formed text'],
    ['text', () => textOption('x', '\ud800', ''), 'expected well-formed text'],
    ['choice', () => choiceOption('x', 'blue', colours, 'red'), 'expected one of red, green'],
    ['choice', () => choiceOption('x', 'toString', colours, 'red'), 'expected one of red, green'],
    ['function', () => functionOption('x', {}), 'Option "x" is Object; expected a function'],
  ])('that is no %s is refused with its name, what it is, and what was expected', (_, check, message) => {
    expect(check).toThrow(ConfigurationError);
    expect(check).toThrow(message);
  });

  it('has an error for checks of a backend’s own', () => {
    expect(optionError('x', [], 'an odd number')).toMatchObject({
      code: 'KAIROS_CONFIGURATION',
      message: 'Option "x" is an array; expected an odd number',
    });
  });
});
