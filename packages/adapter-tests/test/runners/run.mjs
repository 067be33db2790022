/**
 * The program of all three runners: the suite over the memory adapter, or over a mutant if the environment
 * names one.
 */
import { conformance, MemoryStore, memory } from '@kairos/adapter-tests';
import { memoryBackend } from '../../dist/memory/memory-backend.js';
import { mutants } from '../../dist/memory/mutants/index.js';

const fault = process.env.KAIROS_MUTANT;
const mutant = mutants.find((each) => each.fault === fault);

export function run(test) {
  conformance({
    name: 'memory',
    test,
    factory: {
      backend: mutant === undefined ? memory : memoryBackend(mutant.adapter),
      source: () => new MemoryStore(),
      options: (namespace) => ({ namespace }),
    },
  });
}
