/**
 * A process that writes until it is told to stop, and keeps a ledger. `writers.mjs` forks it and passes its
 * settings as JSON. Each type has its own loop, which picks ways of inserting at random.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkInsertError, StorageError } from '@kairos/core';
import { Events, pick, valuesOf } from './events.mjs';
import { Ledger } from './ledger.mjs';
import { openAll } from './open.mjs';

const { store, address, writer, start, ledger: path, largeBulks } = JSON.parse(process.argv[2]);

const AFTER_A_FAILURE = 100;

/** Maximum number of events per second. More would add nothing new. */
const MOST_A_SECOND = 4000;

const events = new Events({ writer, start });
const ledger = new Ledger(path);
const seen = { slowest: 0, memory: 0 };
let stopping = false;

process.on('message', () => {
  stopping = true;
});
// The run was interrupted.
const leave = () => process.exit(1);
process.on('disconnect', leave);

const ways = [
  { bulk: false, awaited: true, calls: 8 },
  { bulk: false, awaited: false, calls: 48 },
  { bulk: true, awaited: true, calls: 2, size: 60 },
  { bulk: true, awaited: false, calls: 5, size: 20 },
].flatMap((way) => [
  { ...way, name: `${nameOf(way)}, combined`, combine: true },
  { ...way, name: nameOf(way), combine: false },
]);

function nameOf({ bulk, awaited }) {
  return `${bulk ? 'bulk' : 'single'}, ${awaited ? 'awaited' : 'at once'}`;
}

/** For stores whose writers are killed: they are killed during this bulk insert. */
const largeBulk = {
  name: 'large',
  bulk: true,
  awaited: true,
  calls: 1,
  size: 10_000,
  combine: false,
  announced: true,
};

/** One round of calls of one type. Resolves when all of them have ended. */
async function round(type, timeseries, way) {
  const { name, bulk, awaited, combine, calls, size = 1, announced } = way;
  const pending = [];
  if (!awaited && !combine) events.nextOrder(type);
  for (let count = 0; count < calls; count++) {
    // Calls that are neither awaited nor combined may overtake each other.
    const unordered = !awaited && !combine;
    const made = events.several(type, size, unordered);
    const call = ledger.begin(type, name, made);
    if (announced) process.send({ bulk: true });
    const done = bulk ? insertAll(timeseries, made, way, call) : insertOne(timeseries, made[0], way, call);
    pending.push(done);
    if (awaited) await done;
    // Some calls come in later turns of the event loop, while others are pending.
    else if (Math.random() < 0.2) await new Promise(setImmediate);
  }
  const outcomes = await Promise.all(pending);
  if (outcomes.includes(false)) await sleep(AFTER_A_FAILURE);
}

async function insertOne(timeseries, event, { combine }, call) {
  const { name, at } = event;
  const values = valuesOf(event);
  return told(
    call,
    [event],
    () => timeseries.insert(name, values, { timestamp: at, combine }),
    (error) => {
      if (!(error instanceof StorageError) || error.fate === undefined) return null;
      return { [error.fate]: [event.id] };
    },
  );
}

async function insertAll(timeseries, made, { combine }, call) {
  const inserts = new Map();
  for (const event of made) {
    const named = inserts.get(event.at) ?? new Map();
    inserts.set(event.at, named);
    named.set(event.name, [...(named.get(event.name) ?? []), ...valuesOf(event)]);
  }
  const ids = new Map(made.map(({ id, value }) => [value, id]));
  return told(
    call,
    made,
    () => timeseries.bulkInsert(inserts, { combine }),
    (error) => {
      if (!(error instanceof BulkInsertError)) return null;
      return {
        failed: idsIn(error.failed, ids),
        unknown: idsIn(error.unknown, ids),
        applied: appliedIn(error, ids),
      };
    },
  );
}

/** Makes a call, and notes its beginning and end. Resolves to whether everything was stored. */
async function told(call, made, insert, read) {
  const began = performance.now();
  try {
    await insert();
    ledger.end(call);
    return true;
  } catch (error) {
    const outcome = read(error);
    if (outcome === null) ledger.odd(`${error?.stack ?? error}`);
    ledger.end(call, outcome ?? { unknown: made.map(({ id }) => id) });
    return false;
  } finally {
    seen.slowest = Math.max(seen.slowest, performance.now() - began);
    seen.memory = Math.max(seen.memory, process.memoryUsage.rss());
  }
}

function idsIn(inserts, ids) {
  return [...inserts.values()]
    .flatMap((named) => [...named.values()].flat())
    .flatMap((value) => ids.get(value) ?? []);
}

/** Pairs of an id and the intervals in which its event is stored. */
function appliedIn({ applied, unknown }, ids) {
  const pairs = [];
  for (const [at, named] of applied) {
    for (const [name, intervals] of named) {
      const inserts = new Map([[at, new Map([[name, unknown.get(at).get(name)]])]]);
      for (const id of idsIn(inserts, ids)) pairs.push([id, intervals]);
    }
  }
  return pairs;
}

async function loop(type, timeseries) {
  while (!stopping) {
    await round(type, timeseries, largeBulks && Math.random() < 0.05 ? largeBulk : pick(ways));
    await keepPace();
  }
}

async function keepPace() {
  const early = (events.made / MOST_A_SECOND) * 1000 - (Date.now() - events.began);
  await (early > 0 ? sleep(Math.min(early, 1000)) : new Promise(setImmediate));
}

const { opened, close } = await openAll(store, address);
process.send({ ready: true });
await Promise.all(Object.entries(opened).map(([type, timeseries]) => loop(type, timeseries)));
await close();
// From now on, only the channel to the parent may keep the process alive.
process.off('disconnect', leave);
process.send({ done: seen }, () => process.disconnect());
