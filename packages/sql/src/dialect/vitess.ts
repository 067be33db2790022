import { isError } from '@kairos/core';
import { sql } from 'kysely';
import type { Dialect } from './dialect.js';
import { EXACT_BELOW } from './exact-sum.js';
import { distinctNames, errorNumber, LOST, mysql, NAMES_IN_RANGE } from './mysql.js';
import { isTooLarge } from './too-large.js';

/**
 * Errors after which the statement may have been carried out. Vitess uses these numbers if it has no better
 * one, or if an error happened between its own components. A statement that took too long (3024) may have
 * been carried out too: the tablet kills it without reading its answer. Numbers from 2000 on are client
 * errors, and Vitess' components are clients of each other.
 */
const UNTOLD: readonly number[] = [...LOST, 1041, 1105, 1203, 1815, 3024];
const OF_CLIENTS = 2000;
const AFTER_CLIENTS = 3000;

/**
 * Errors from the planner, and errors that no tablet is available. Vitess never uses these messages for a
 * commit.
 */
const UNSENT =
  /^VT(03|05|07|09|12)\d{3}: |^table \S+ not found$|^target: \S+: no healthy tablet available for [^\n]*$/;

/** The error that all transactions of a tablet are taken. By default, a tablet allows 20. */
const CROWDED = /^target: \S+: vttablet: rpc error: .*transaction pool connection limit exceeded/;

/**
 * The error for a statement that waited in vtgate while shards were split. vtgate resends it in a transaction
 * that it then does not know, so nobody can commit it.
 */
const MOVED = /^VT13001: \[BUG\] unexpected 'autocommitted' state in transaction/;

/** This component of Vitess, or this shard, does not know the table yet. */
const NO_SUCH_TABLE = 1146;

/** Vitess: MySQL's protocol, with all rows of a name on one of several servers. */
export const vitess: Dialect = {
  ...mysql,
  spread: true,
  columnTypes: {
    ...mysql.columnTypes,
    // Not unique: each shard numbers its own rows, and shards may be merged. All rows of one name are on one
    // shard.
    sequence: 'bigint auto_increment',
  },
  // MySQL's limit is out of range for Vitess.
  allRows: sql` limit 9007199254740991`,
  // vtgate compares the shards' sums itself, and takes one beyond every double for 0. A product is an error then.
  exactSum: (doubles) => sql`count(*) * greatest(max(${doubles}), -min(${doubles})) < ${EXACT_BELOW}`,
  // Vitess sends no union to the shards.
  distinctNames: (table, ranges) => {
    const within = Array.from({ length: ranges }, () => sql`(${NAMES_IN_RANGE})`);
    return distinctNames(table, ranges === 0 ? [] : [sql`(${sql.join(within, sql` or `)})`]);
  },
  large: {
    isTooLarge,
    begin: "set workload = 'olap'",
    end: "set workload = 'oltp'",
  },
  isRefusal: (error) => {
    const number = errorNumber(error);
    if (number === undefined) return false;
    if (isUnsent(error)) return true;
    return !UNTOLD.includes(number) && (number < OF_CLIENTS || number >= AFTER_CLIENTS);
  },
  isTransient: (error) => mysql.isTransient(error) || isUnseenTable(error) || saysOnly([CROWDED], error),
};

function isUnsent(error: unknown): boolean {
  return says(UNSENT, error) || saysOnly([CROWDED, MOVED], error);
}

/** Whether a statement was not carried out because the shards have changed. */
export function isOfMovedShards(error: unknown): boolean {
  return saysOnly([CROWDED, MOVED], error) && !saysOnly([CROWDED], error);
}

/** Whether every line of a message matches one of the patterns. Vitess writes one line for each shard. */
function saysOnly(words: readonly RegExp[], error: unknown): boolean {
  return isError(error) && error.message.split('\n').every((line) => words.some((each) => each.test(line)));
}

function says(words: RegExp, error: unknown): boolean {
  return isError(error) && words.test(error.message);
}

/** Whether one component of Vitess does not know a table yet that others know. */
function isUnseenTable(error: unknown): boolean {
  if (isNotEntered(error)) return false;
  return errorNumber(error) === NO_SUCH_TABLE || says(/^table \S+ not found$|VT09001/, error);
}

/** Whether a table is missing from every VSchema. */
export function isNotEntered(error: unknown): boolean {
  return says(/^VT05005/, error);
}
