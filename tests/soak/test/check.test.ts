import { MemoryStore, memory } from '@kairos/adapter-tests';
import { Kairos } from '@kairos/core';
import { check } from '../src/check/check.mjs';
import { subsetOf } from '../src/check/subset.mjs';
import { INTERVALS, TYPES } from '../src/events.mjs';

const AT = Math.floor(Date.now() / 3600_000) * 3600 + 30;
const NAME = 'shared';

type Fate = 'acknowledged' | 'failed' | 'unknown';

/** Timeseries of all types in memory, and a ledger in which some of what is inserted is noted. */
async function begin() {
  const kairos = new Kairos([memory]);
  const store = new MemoryStore();
  const opened: Record<string, Awaited<ReturnType<typeof open>>> = {};
  const open = (type: string) => kairos.timeseries(store, { type: type as 'series', intervals: INTERVALS });
  for (const type of TYPES) opened[type] = await open(type);
  const events: object[] = [];
  let order = 0;
  const note = (type: string, value: number, fate: Fate = 'acknowledged') => {
    order++;
    events.push({
      id: order,
      type,
      name: NAME,
      at: AT,
      order,
      value,
      hot: null,
      call: order,
      way: 'single',
      fate,
    });
  };
  const insert = async (type: string, value: number) => {
    await opened[type]?.insert(NAME, value, { timestamp: AT });
  };
  return {
    store,
    note,
    insert,
    async both(type: string, value: number, fate?: Fate) {
      note(type, value, fate);
      await insert(type, value);
    },
    found: (atomic = true) => check(opened, events, atomic),
  };
}

describe('the check of what is stored against the ledgers', () => {
  it('finds nothing where all that was acknowledged is stored, once and in order', async () => {
    const run = await begin();
    for (const type of TYPES) for (const value of [10, 20, 30]) await run.both(type, value);
    expect(await run.found()).toMatchObject({ wrong: 0, stored: 0 });
  });

  it.each(TYPES)('takes a %s of which an unknown event is stored, or not', async (type) => {
    const run = await begin();
    await run.both(type, 1);
    await run.both(type, 10, 'unknown');
    run.note(type, 20, 'unknown');
    expect(await run.found()).toMatchObject({ wrong: 0 });
  });

  it.each(TYPES)('finds what is lost of a %s', async (type) => {
    const run = await begin();
    await run.both(type, 1);
    run.note(type, 2);
    expect(await run.found()).toMatchObject({ lost: 2 });
  });

  it.each(TYPES)('finds what failed and is stored of a %s', async (type) => {
    const run = await begin();
    await run.both(type, 1);
    await run.both(type, 2, 'failed');
    expect(await run.found()).toMatchObject({ found: 2 });
  });

  it.each(['series', 'histogram', 'count'])('finds what is stored twice of a %s', async (type) => {
    const run = await begin();
    await run.both(type, 1);
    await run.both(type, 2);
    await run.insert(type, 2);
    expect(await run.found()).toMatchObject({ twice: 2 });
  });

  it('finds values of one writer out of order', async () => {
    const run = await begin();
    run.note('series', 1);
    await run.both('series', 2);
    await run.insert('series', 1);
    expect(await run.found()).toMatchObject({ disorder: 2, wrong: 2 });
  });

  it('finds a reading that a later one had replaced', async () => {
    const run = await begin();
    await run.both('gauge', 1);
    await run.both('gauge', 2);
    await run.insert('gauge', 1);
    expect(await run.found()).toMatchObject({ lost: 2 });
  });

  it('finds what nobody wrote', async () => {
    const run = await begin();
    await run.both('set', 1);
    await run.insert('set', 2);
    expect(await run.found()).toMatchObject({ foreign: 2 });
  });

  it.each(TYPES)('finds an event of a %s that is in one of its intervals alone', async (type) => {
    const run = await begin();
    await run.both(type, 1);
    await run.both(type, 2, 'unknown');
    const hours = run.store
      .namespace('', type as 'series')
      .names.get(NAME)
      ?.get('hour');
    const [hour] = [...(hours?.values() ?? [])];
    for (const [minute, data] of hour ?? []) {
      if (Array.isArray(data)) hour?.set(minute, data.slice(0, 1));
      else if (data instanceof Map || data instanceof Set) data.delete(2);
      else hour?.set(minute, 1);
    }
    expect(await run.found()).toMatchObject({ torn: 1, wrong: 1 });
    expect(await run.found(false)).toMatchObject({ wrong: 0 });
  });
});

describe('a sum of some amounts', () => {
  it('is told apart from one that is none', () => {
    const amounts = Array.from({ length: 30 }, (_, index) => 3 ** (index % 20) + index);
    const [first = 0, , third = 0] = amounts;
    expect(subsetOf(amounts, 0)).toEqual([]);
    expect(subsetOf([1, 10, 100], 101)).toEqual([1, 100]);
    expect(subsetOf([1, 10, 100], 102)).toBeNull();
    expect(subsetOf(amounts, first + third)).not.toBeNull();
    expect(subsetOf(amounts, -1)).toBeNull();
  });
});
