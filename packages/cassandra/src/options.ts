import {
  booleanOption,
  ConfigurationError,
  choiceOption,
  describeValue,
  optionError,
  type TimeseriesType,
  wholeNumberOption,
} from '@kairos/core';
import { types } from 'cassandra-driver';
import { valueTypes } from './values/index.js';
import type { ValueType, ValueTypeName } from './values/value-type.js';

const consistencies = {
  one: types.consistencies.one,
  two: types.consistencies.two,
  three: types.consistencies.three,
  quorum: types.consistencies.quorum,
  all: types.consistencies.all,
  localQuorum: types.consistencies.localQuorum,
  eachQuorum: types.consistencies.eachQuorum,
  localOne: types.consistencies.localOne,
} as const;

/** How many replicas have to answer, by the driver's names. */
export type Consistency = keyof typeof consistencies;

/** How often a keyspace keeps its data: replicas in the cluster, or in each data center by name. */
export type Replication = number | { readonly [dataCenter: string]: number };

/** The options of a timeseries in Cassandra. */
export interface CassandraOptions {
  /** The keyspace; that of the URL or of the client, else `"kairos"`, where it is left out. */
  readonly keyspace?: string;
  /** Creates the keyspace where it is missing, with so many replicas. Without it the keyspace must exist. */
  readonly replication?: Replication;
  /** What its tables are called: `<tableName>_<type>`; `"kairos"` where it is left out. */
  readonly tableName?: string;
  /** What its values are; `"float"` where it is left out. A count takes the names of numbers. */
  readonly valueType?: ValueTypeName;
  /** Connections to each node of the local data center, with a URL only; the driver's own number where left out. */
  readonly poolSize?: number;
  /** The data center to talk to, with a URL only; that of the first node that answers where it is left out. */
  readonly localDataCenter?: string;
  /** Replicas that answer a read; `"localQuorum"` where it is left out. */
  readonly readConsistency?: Consistency;
  /** Replicas that acknowledge a write; `"localQuorum"` where it is left out. */
  readonly writeConsistency?: Consistency;
  /** Keeps a count as deltas that are summed when read, with fractions, instead of as counters. */
  readonly floatingCounts?: boolean;
  /** How many values a bucket of a series, histogram or set is laid out for. See the README on partitions. */
  readonly valuesPerBucket?: number;
  /** Whether to create the tables that are missing; `true` where it is left out. */
  readonly createTables?: boolean;
}

export const optionNames = [
  'keyspace',
  'replication',
  'tableName',
  'valueType',
  'poolSize',
  'localDataCenter',
  'readConsistency',
  'writeConsistency',
  'floatingCounts',
  'valuesPerBucket',
  'createTables',
] as const satisfies readonly (keyof CassandraOptions)[];

/** The options as they apply; `null` where the user left the choice. */
export interface CheckedOptions {
  readonly keyspace: string | null;
  readonly replication: Replication | null;
  readonly tableName: string;
  readonly valueTypeName: ValueTypeName;
  readonly valueType: ValueType;
  readonly poolSize: number | null;
  readonly localDataCenter: string | null;
  readonly readConsistency: types.consistencies;
  readonly writeConsistency: types.consistencies;
  readonly floatingCounts: boolean;
  readonly valuesPerBucket: number | null;
  readonly createTables: boolean;
}

/** Cassandra allows 48 characters; `_histogram` or `_count_deltas` is added. */
const LONGEST_TABLE_NAME = 35;
const LONGEST_KEYSPACE = 48;

export function checkOptions(
  given: { readonly [N in keyof CassandraOptions]?: unknown },
  type: TimeseriesType,
): CheckedOptions {
  const valueTypeName = choiceOption('valueType', given.valueType, valueTypes, 'float');
  if (type === 'count' && !valueTypes[valueTypeName].numeric) {
    throw optionError('valueType', valueTypeName, 'a type of numbers, as the timeseries is a count');
  }
  const { tableName = 'kairos', localDataCenter } = given;
  if (localDataCenter !== undefined && (typeof localDataCenter !== 'string' || localDataCenter === '')) {
    throw optionError('localDataCenter', localDataCenter, 'the name of a data center');
  }
  const floatingCounts = booleanOption('floatingCounts', given.floatingCounts, false);
  if (floatingCounts && type !== 'count') {
    throw optionError('floatingCounts', true, `it with type "count" only, not "${type}"`);
  }
  return {
    keyspace: given.keyspace === undefined ? null : checkKeyspace(given.keyspace, 'Option "keyspace"'),
    replication: checkReplication(given.replication),
    tableName: checkTableName(tableName),
    valueTypeName,
    valueType: valueTypes[valueTypeName],
    poolSize: wholeNumberOption('poolSize', given.poolSize, null, 1024),
    localDataCenter: localDataCenter ?? null,
    readConsistency:
      consistencies[choiceOption('readConsistency', given.readConsistency, consistencies, 'localQuorum')],
    writeConsistency:
      consistencies[choiceOption('writeConsistency', given.writeConsistency, consistencies, 'localQuorum')],
    floatingCounts,
    valuesPerBucket: wholeNumberOption('valuesPerBucket', given.valuesPerBucket, null, 1_000_000_000),
    createTables: booleanOption('createTables', given.createTables, true),
  };
}

export function checkKeyspace(keyspace: unknown, what: string): string {
  if (typeof keyspace === 'string' && /^\w+$/.test(keyspace) && keyspace.length <= LONGEST_KEYSPACE) {
    return keyspace;
  }
  throw new ConfigurationError(
    `${what} is ${describeValue(keyspace)}; expected 1 to ${LONGEST_KEYSPACE} letters, digits and underscores`,
  );
}

function checkTableName(tableName: unknown): string {
  if (typeof tableName === 'string' && /^\w+$/.test(tableName) && tableName.length <= LONGEST_TABLE_NAME) {
    return tableName;
  }
  throw optionError('tableName', tableName, `1 to ${LONGEST_TABLE_NAME} letters, digits and underscores`);
}

function checkReplication(replication: unknown): Replication | null {
  if (replication === undefined) return null;
  if (isReplicas(replication)) return replication;
  if (typeof replication === 'object' && replication !== null && !Array.isArray(replication)) {
    const checked: Record<string, number> = {};
    for (const [dataCenter, replicas] of Object.entries(replication)) {
      if (!/^[\w.-]+$/.test(dataCenter) || !isReplicas(replicas)) {
        throw optionError(`replication.${dataCenter}`, replicas, 'a data center and a positive whole number');
      }
      checked[dataCenter] = replicas;
    }
    if (Object.keys(checked).length > 0) return checked;
  }
  throw optionError(
    'replication',
    replication,
    'a positive whole number, or one for each data center, such as { dc1: 3 }',
  );
}

function isReplicas(replicas: unknown): replicas is number {
  return typeof replicas === 'number' && Number.isSafeInteger(replicas) && replicas >= 1 && replicas <= 255;
}
