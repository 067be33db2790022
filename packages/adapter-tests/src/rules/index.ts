import type { Rule } from '../rule.js';
import { bucketsRule } from './buckets.js';
import { rangesRule } from './ranges.js';
import { typesRule } from './types.js';

/** Every rule, in the order of the contract. */
export const rules: readonly Rule[] = [typesRule, bucketsRule, rangesRule];
