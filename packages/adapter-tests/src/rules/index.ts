import type { Rule } from '../rule.js';
import { bucketsRule } from './buckets.js';
import { closingRule } from './closing.js';
import { combiningRule } from './combining.js';
import { concurrencyRule } from './concurrency.js';
import { foldingRule } from './folding.js';
import { hostileRule } from './hostile.js';
import { namesRule } from './names.js';
import { namespacesRule } from './namespaces.js';
import { rangesRule } from './ranges.js';
import { readsRule } from './reads.js';
import { recordRule } from './record.js';
import { recordedRule } from './recorded.js';
import { referenceRule } from './reference.js';
import { refusalsRule } from './refusals.js';
import { retentionRule } from './retention.js';
import { roundTripsRule } from './round-trips.js';
import { typesRule } from './types.js';
import { windowsRule } from './windows.js';
import { writesRule } from './writes.js';

/** Every rule, in the order of the contract. */
export const rules: readonly Rule[] = [
  typesRule,
  bucketsRule,
  rangesRule,
  readsRule,
  retentionRule,
  writesRule,
  concurrencyRule,
  roundTripsRule,
  namesRule,
  hostileRule,
  namespacesRule,
  refusalsRule,
  recordRule,
  combiningRule,
  foldingRule,
  windowsRule,
  closingRule,
  recordedRule,
  referenceRule,
];
