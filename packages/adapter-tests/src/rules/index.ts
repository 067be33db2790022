import type { Rule } from '../rule.js';
import { bucketsRule } from './buckets.js';
import { rangesRule } from './ranges.js';
import { retentionRule } from './retention.js';
import { typesRule } from './types.js';
import { writesRule } from './writes.js';

/** Every rule, in the order of the contract. */
export const rules: readonly Rule[] = [typesRule, bucketsRule, rangesRule, retentionRule, writesRule];
