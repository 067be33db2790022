import { combiningMutants } from './combining.js';
import { copyingMutants } from './copying.js';
import { bucketsMutants, rangesMutants, typesMutants } from './data.js';
import { foldingMutants } from './folding.js';
import {
  closingMutants,
  hostileMutants,
  namesMutants,
  namespacesMutants,
  readsMutants,
  recordedMutants,
  recordMutants,
  referenceMutants,
  refusalsMutants,
} from './identity.js';
import type { Mutant } from './mutant.js';
import { concurrencyMutants, retentionMutants, roundTripsMutants, writesMutants } from './storage.js';
import { windowsMutants } from './windows.js';

/** Every mutant. Each rule has some. */
export const mutants: readonly Mutant[] = [
  ...typesMutants,
  ...bucketsMutants,
  ...rangesMutants,
  ...readsMutants,
  ...retentionMutants,
  ...writesMutants,
  ...concurrencyMutants,
  ...roundTripsMutants,
  ...namesMutants,
  ...hostileMutants,
  ...namespacesMutants,
  ...refusalsMutants,
  ...recordMutants,
  ...combiningMutants,
  ...foldingMutants,
  ...windowsMutants,
  ...copyingMutants,
  ...closingMutants,
  ...recordedMutants,
  ...referenceMutants,
];
