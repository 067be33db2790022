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

/** How many replicas must answer. The names are the driver's. */
export type Consistency = keyof typeof consistencies;

/** Number of replicas: one number for the cluster, or one for each data center by name. */
export type Replication = number | { readonly [dataCenter: string]: number };

/** The options of a timeseries in Cassandra. */
export interface CassandraOptions {
  /** Keyspace. Default: that of the URL or of the client, else `"kairos"`. */
  readonly keyspace?: string;
  /** Creates the keyspace with this many replicas if it is missing. Without this option, the keyspace must exist. */
  readonly replication?: Replication;
  /** Prefix of the table name: `<tableName>_<type>`. Default: `"kairos"`. */
  readonly tableName?: string;
  /** Type of the values. A count takes numeric types only. Default: `"float"`. */
  readonly valueType?: ValueTypeName;
  /** Connections to each node of the local data center; with a URL only. Default: the driver's. */
  readonly poolSize?: number;
  /** Data center to send requests to; with a URL only. Default: that of the first node that answers. */
  readonly localDataCenter?: string;
  /** How many replicas must answer a read. Default: `"localQuorum"`. */
  readonly readConsistency?: Consistency;
  /** How many replicas must acknowledge a write. Default: `"localQuorum"`. */
  readonly writeConsistency?: Consistency;
  /** Stores a count as deltas, which reads add up, in place of counters. Deltas may have fractions. Default: `false`. */
  readonly floatingCounts?: boolean;
  /**
   * Expected number of values in a bucket of a series, histogram or set; it decides how large a partition gets. Default:
   * one for each second of the bucket, at most 1000. The README has a section on partitions.
   */
  readonly valuesPerBucket?: number;
  /** Creates missing tables. Set it to `false` if your user may not create tables. Default: `true`. */
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

/** The checked options; `null` means that the user left one out. */
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

/** Cassandra allows 48 characters, of which the suffix `_count_deltas` takes 13. */
const LONGEST_TABLE_NAME = 35;
const LONGEST_KEYSPACE = 48;

export function checkOptions(
  given: { readonly [N in keyof CassandraOptions]?: unknown },
  type: TimeseriesType,
): CheckedOptions {
  const valueTypeName = choiceOption('valueType', given.valueType, valueTypes, 'float');
  if (type === 'count' && !valueTypes[valueTypeName].numeric) {
    throw optionError('valueType', valueTypeName, 'a numeric type, as the timeseries is a count');
  }
  const { tableName = 'kairos', localDataCenter } = given;
  if (localDataCenter !== undefined && (typeof localDataCenter !== 'string' || localDataCenter === '')) {
    throw optionError('localDataCenter', localDataCenter, 'the name of a data center');
  }
  const floatingCounts = booleanOption('floatingCounts', given.floatingCounts, false);
  if (floatingCounts && type !== 'count') {
    throw optionError('floatingCounts', true, `it for type "count" only, not "${type}"`);
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
        throw optionError(
          `replication.${dataCenter}`,
          replicas,
          'the name of a data center with a positive whole number',
        );
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
