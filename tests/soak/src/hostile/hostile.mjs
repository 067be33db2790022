/** Runs generated programs on one store, against the reference. */

import { inspect } from 'node:util';
import { Kairos } from '@kairos/core';
import fc from 'fast-check';
import { removeFolder, temporaryFolder } from '../../../../scripts/lib/server.mjs';
import { TYPES } from '../events.mjs';
import { withCleanUp } from '../interruption.mjs';
import { storeCalled } from '../stores/index.mjs';
import { whole } from '../table.mjs';
import { programs } from './programs.mjs';
import { runProgram } from './run-program.mjs';

const MOST_STEPS = 14;

/** Runs `programs` of them. Resolves to a row of the table. */
export async function hostile(name, { programs: count, seed, path }) {
  const store = await storeCalled(name);
  const folder = await temporaryFolder(`hostile-${name}`);
  let server;
  const end = async () => {
    await server?.stop();
    await removeFolder(folder);
  };
  return withCleanUp(end, async () => {
    server = await store.start({ folder, durable: false });
    const connect = store.hostile.connect ?? store.connect;
    const { backend, source, options = {}, close = async () => {} } = await connect(server.address);
    const optionsOf = (kind) => ({ ...options, ...store.hostile.options(kind) });
    const { kinds, most = Number.POSITIVE_INFINITY } = store.hostile;
    const declared = await capabilitiesByType(backend, source, optionsOf(kinds[0]));
    const target = { backend, source, optionsOf, capabilitiesOf: (type) => declared.get(type), most };
    const made = programs({
      kinds,
      fractions: declared.get('count').fractionalCounts,
      native: [...declared.values()].some(({ expiry }) => expiry === 'native'),
      most: MOST_STEPS,
    });
    const seen = { answered: 0, refused: 0 };
    let [ran, began] = [0, performance.now()];
    const property = fc.asyncProperty(made, async (program) => {
      if (++ran % 500 === 0)
        console.log(`  ${ran} programs, ${Math.round((performance.now() - began) / 1000)} s`);
      await runProgram(target, program, seen);
    });
    const details = await fc.check(property, {
      numRuns: count,
      seed,
      path,
    });
    await close(source);
    return {
      store,
      ran: details.numRuns,
      seed,
      seen,
      seconds: (performance.now() - began) / 1000,
      failure: details.failed ? report(details) : null,
    };
  });
}

export const columns = {
  store: ({ store }) => store.title,
  programs: ({ ran }) => whole(ran),
  'steps answered': ({ seen }) => whole(seen.answered),
  refused: ({ seen }) => whole(seen.refused),
  seconds: ({ seconds }) => whole(Math.round(seconds)),
  seed: ({ seed }) => String(seed),
};

/** The smallest program with a different answer, how to run it again, and the difference. */
function report({ seed, counterexamplePath, counterexample, errorInstance }) {
  const again = `--hostile --seed ${seed} --path ${counterexamplePath}`;
  return `${errorInstance?.stack}\n\n  ${inspect(counterexample?.[0], { depth: 12 })}\n\n  Run it again with ${again}`;
}

/** The capabilities that a store's adapters declare, by type. In some stores, those of counters differ. */
async function capabilitiesByType(backend, source, options) {
  const declared = new Map();
  const watched = {
    ...backend,
    accepts: (handle) => backend.accepts(handle),
    open: async (request) => {
      const adapter = await backend.open(request);
      declared.set(request.type, adapter.capabilities);
      return adapter;
    },
  };
  const intervals = { minute: { step: 60 } };
  for (const type of TYPES) {
    const opened = await new Kairos([watched]).timeseries(source, { ...options, type, intervals });
    await opened.deleteAll();
    await opened.close();
  }
  return declared;
}
