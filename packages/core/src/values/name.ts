import { InvalidValueError } from '../errors.js';
import { describeValue, wellFormed } from './value.js';

/** Refuses anything that is not a name, or that the store cannot hold. */
export function checkName(name: unknown, nul: boolean): string {
  if (typeof name !== 'string' || name === '') {
    throw new InvalidValueError(`The name is ${describeValue(name)}; expected a non-empty string`);
  }
  if (!nul && name.includes('\0')) {
    throw new InvalidValueError(
      `The name ${describeValue(name)} holds NUL, which this store cannot hold in a name`,
    );
  }
  return wellFormed(name, 'name');
}
