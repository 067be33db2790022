import { ConfigurationError, InvalidValueError } from '../errors.js';
import { optionError } from '../option.js';
import {
  type DataType,
  type TimeseriesType,
  type TransformName,
  transformNames,
} from '../types/data-type.js';
import { isPercentile } from '../types/percentile-name.js';
import { isMap, isSet } from '../values/kinds.js';
import { describeValue } from '../values/value.js';
import { statisticsFor, transformSummary } from './statistics.js';
import { type Statistic, Summary } from './summary.js';

/** A compiled transform: turns data and its duration in seconds into the result. */
export type CompiledTransform = (data: unknown, durationSeconds: number) => unknown;

interface Transform {
  readonly transform: CompiledTransform;
  /** The statistics that suffice in place of the data; `null` if the data itself is needed. */
  readonly statistics: ReadonlySet<Statistic> | null;
}

/**
 * Compiles a name, a function, an array of these (the result is an object keyed by their names), or an object of these
 * (the result has its keys).
 */
export function compileTransform(
  dataType: DataType<TimeseriesType>,
  transform: unknown,
  bigints: boolean,
): Transform {
  const compile = (each: unknown) => compileOne(dataType, each, bigints);
  if (transform === undefined || transform === null) return { transform: (data) => data, statistics: null };
  if (Array.isArray(transform) || isSet(transform)) {
    const named = [...transform].map((each) => [nameOf(each), compile(each)] as const);
    const names = new Set(named.map(([name]) => name));
    if (names.size < named.length) {
      throw new ConfigurationError(
        'Option "transform" has two transforms with the same name; expected each once, or an object that names them',
      );
    }
    return compileNamed(named);
  }
  if (typeof transform === 'object' && !isMap(transform)) {
    return compileNamed(Object.entries(transform).map(([name, each]) => [name, compile(each)]));
  }
  return compile(transform);
}

function compileOne(dataType: DataType<TimeseriesType>, transform: unknown, bigints: boolean): Transform {
  if (typeof transform === 'function') {
    return { transform: (data, duration) => transform(data, duration), statistics: null };
  }
  if (!isTransformName(transform)) {
    throw optionError(
      'transform',
      transform,
      `one of ${transformNames.join(', ')}, a percentile from p0 to p100 such as p95 or p99.9, a function, or an array or object of them`,
    );
  }
  const needed = statisticsFor(dataType.type, transform);
  return {
    statistics: needed === null ? null : new Set(needed),
    transform: (data, duration) => {
      if (data instanceof Summary) return transformSummary(transform, data, duration, bigints);
      if (dataType.is(data)) return dataType.transform(transform, data, duration, bigints);
      throw new InvalidValueError(
        `Transform "${transform}" met ${describeValue(data)}; expected the data of a ${dataType.type}: a function of your own can transform what customized reads return`,
      );
    },
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

function compileNamed(named: readonly (readonly [string, Transform])[]): Transform {
  const needed = new Set<Statistic>();
  for (const [, { statistics }] of named) for (const each of statistics ?? []) needed.add(each);
  const told = named.length > 0 && named.every(([, { statistics }]) => statistics !== null);
  return {
    transform: (data, duration) =>
      Object.fromEntries(named.map(([name, { transform }]) => [name, transform(data, duration)])),
    statistics: told ? needed : null,
  };
}
