import { ConfigurationError, InvalidValueError } from '../errors.js';
import { isMap, isSet } from '../kinds.js';
import { optionError } from '../option.js';
import {
  type DataType,
  type TimeseriesType,
  type TransformName,
  transformNames,
} from '../types/data-type.js';
import { isPercentile } from '../types/percentile-name.js';
import { describeValue } from '../types/value.js';

/** A transform compiled from what the user gave: data and its duration in seconds to the result. */
export type CompiledTransform = (data: unknown, durationSeconds: number) => unknown;

/**
 * A name, a function, an array of them (an object keyed by name results), or an object of them (an object with its
 * keys results).
 */
export function compileTransform(
  dataType: DataType<TimeseriesType>,
  transform: unknown,
  bigints: boolean,
): CompiledTransform {
  const compile = (each: unknown) => compileOne(dataType, each, bigints);
  if (transform === undefined || transform === null) return (data) => data;
  if (Array.isArray(transform) || isSet(transform)) {
    const named = [...transform].map((each) => [nameOf(each), compile(each)] as const);
    const names = new Set(named.map(([name]) => name));
    if (names.size < named.length) {
      throw new ConfigurationError(
        'Option "transform" has two transforms of one name; expected each once, or an object that names them',
      );
    }
    return compileNamed(named);
  }
  if (typeof transform === 'object' && !isMap(transform)) {
    return compileNamed(Object.entries(transform).map(([name, each]) => [name, compile(each)]));
  }
  return compile(transform);
}

function compileOne(
  dataType: DataType<TimeseriesType>,
  transform: unknown,
  bigints: boolean,
): CompiledTransform {
  if (typeof transform === 'function') return (data, duration) => transform(data, duration);
  if (!isTransformName(transform)) {
    throw optionError(
      'transform',
      transform,
      `one of ${transformNames.join(', ')}, a percentile from p0 to p100 such as p95 or p99.9, a function, or an array or object of them`,
    );
  }
  return (data, duration) => {
    if (dataType.is(data)) return dataType.transform(transform, data, duration, bigints);
    throw new InvalidValueError(
      `Transform "${transform}" met ${describeValue(data)}; expected the data of a ${dataType.type}: a function of your own can transform what customized reads return`,
    );
  };
}

function isTransformName(name: unknown): name is TransformName {
  return transformNames.some((known) => known === name) || isPercentile(name);
}

function nameOf(transform: unknown): string {
  if (typeof transform !== 'function') return String(transform);
  if (transform.name !== '') return transform.name;
  throw new ConfigurationError(
    'Option "transform" has a function without a name in its array; expected a named function, or an object that names it',
  );
}

function compileNamed(named: readonly (readonly [string, CompiledTransform])[]): CompiledTransform {
  return (data, duration) => Object.fromEntries(named.map(([name, each]) => [name, each(data, duration)]));
}
