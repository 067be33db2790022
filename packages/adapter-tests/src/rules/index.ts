import type { Rule } from '../rule.js';
import { typesRule } from './types.js';

/** Every rule, in the order of the contract. */
export const rules: readonly Rule[] = [typesRule];
