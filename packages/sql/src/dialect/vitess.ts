import { isError } from '@kairos/core';
import { sql } from 'kysely';
import type { Dialect } from './dialect.js';
import { distinctNames, errorNumber, LOST, mysql, NAMES_IN_RANGE } from './mysql.js';
import { isTooLarge } from './too-large.js';

/**
 * Numbers under which Vitess passes on what it knows no better one for, or what happened between its own parts: such a
 * statement may have been carried out. So may one that took too long (3024), since a tablet that kills it does not look
 * at its answer. From 2000 on are those of clients, which its parts are to each other.
 */
const UNTOLD: readonly number[] = [...LOST, 1041, 1105, 1203, 1815, 3024];
const OF_CLIENTS = 2000;
const AFTER_CLIENTS = 3000;

/** What the planner refuses, and what finds no tablet to be sent to. A commit is never refused in these words. */
const UNSENT =
  /^VT(03|05|07|09|12)\d{3}: |^table \S+ not found$|^target: \S+: no healthy tablet available for [^\n]*$/;

/** What finds all transactions of a tablet taken, of which there are 20 by default. */
const CROWDED = /^target: \S+: vttablet: rpc error: .*transaction pool connection limit exceeded/;

/**
 * What waited in vtgate while shards were split. vtgate sends it again, in a transaction that it then does not know, so
 * that nobody can commit it.
 */
const MOVED = /^VT13001: \[BUG\] unexpected 'autocommitted' state in transaction/;

/** A table that this part of Vitess, or this shard, has not heard of yet. */
const NO_SUCH_TABLE = 1146;

/** Vitess: MySQL's protocol, with the rows of a name on one of several servers. */
export const vitess: Dialect = {
  ...mysql,
  spread: true,
  columnTypes: {
    ...mysql.columnTypes,
    // Not unique: shards number by themselves, and may be merged. Those of one name are on one shard.
    sequence: 'bigint auto_increment',
  },
  // The limit of MySQL's is out of its range.
  allRows: sql` limit 9007199254740991`,
  // It sends no union to the shards.
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

/** Whether a statement was not carried out because its shards are others by now. */
export function isOfMovedShards(error: unknown): boolean {
  return saysOnly([CROWDED, MOVED], error) && !saysOnly([CROWDED], error);
}

/** Whether each line, of which there is one for each shard, is one of these. */
function saysOnly(words: readonly RegExp[], error: unknown): boolean {
  return isError(error) && error.message.split('\n').every((line) => words.some((each) => each.test(line)));
}

function says(words: RegExp, error: unknown): boolean {
  return isError(error) && words.test(error.message);
}

/** Whether a part of Vitess has not heard of a table yet that others know. */
function isUnseenTable(error: unknown): boolean {
  if (isNotEntered(error)) return false;
  return errorNumber(error) === NO_SUCH_TABLE || says(/^table \S+ not found$|VT09001/, error);
}

/** Whether a table is in no VSchema. */
export function isNotEntered(error: unknown): boolean {
  return says(/^VT05005/, error);
}
