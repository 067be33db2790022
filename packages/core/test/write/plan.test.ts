import type { WriteFailure } from '../../src/adapter.js';
import { createSchema } from '../../src/schema/schema.js';
import { storeScalar } from '../../src/values/value.js';
import { readInserts } from '../../src/write/inserts.js';
import { BulkPlan, planInsert } from '../../src/write/plan.js';

const schema = createSchema({
  type: 'histogram',
  intervals: { minute: { step: 60, steps: 10 }, hour: { step: 3600, resolution: 60 } },
  clock: () => 3600,
});

const inserts = (entries: [number, Record<string, unknown[]>][]) =>
  readInserts(new Map(entries), 3600, true, storeScalar);
const [insert] = inserts([[3600, { a: [1, 1, 'x'] }]]);
if (insert === undefined) throw new Error('unreachable');

describe('The plan of one insert', () => {
  it('has one write for each interval, with the values counted', () => {
    const { writes, expired } = planInsert(schema, insert, 0, 3600);
    const data = new Map<unknown, number>([
      [1, 2],
      ['x', 1],
    ]);
    expect(expired).toBe(0);
    expect(writes).toMatchObject([
      { name: 'a', interval: 'minute', bucket: 60, resolution: 0, data },
      { name: 'a', interval: 'hour', bucket: 1, resolution: 60, data, expiresAt: null },
    ]);
  });

  it('copies to the starts of neighbouring buckets, and leaves out those past their retention', () => {
    const { writes, expired } = planInsert(schema, insert, -12, 3600);
    expect(writes.filter(({ interval }) => interval === 'minute').map(({ bucket }) => bucket)).toEqual([
      60, 59, 58, 57, 56, 55, 54, 53, 52, 51,
    ]);
    expect(expired).toBe(3);
    expect(writes.find(({ interval, bucket }) => interval === 'hour' && bucket === 0)).toMatchObject({
      resolution: 0,
    });
  });

  it('gives the end of the retention by the clock of the machine', () => {
    const [write] = planInsert(schema, insert, 0, 3600).writes;
    const expected = Date.now() / 1000 + 600;
    expect(Math.abs((write?.expiresAt ?? 0) - expected)).toBeLessThan(5);
    const machine = createSchema({ type: 'histogram', intervals: { minute: { step: 60, steps: 10 } } });
    expect(planInsert(machine, insert, 0, 3600).writes[0]?.expiresAt).toBe(4200);
  });
});

describe('The plan of a bulk insert', () => {
  const given = inserts([
    [3600, { a: ['x'], b: ['y'] }],
    [3630, { a: ['x', 'z'] }],
    [3660, { a: ['x'] }],
  ]);

  it('makes equal buckets one, with the buckets of a name together', () => {
    const { writes } = new BulkPlan(schema, given, 0, 3600);
    expect(
      writes.map(({ name, interval, bucket, resolution }) => [name, interval, bucket, resolution]),
    ).toEqual([
      ['a', 'minute', 60, 0],
      ['a', 'minute', 61, 0],
      ['a', 'hour', 1, 60],
      ['a', 'hour', 1, 61],
      ['b', 'minute', 60, 0],
      ['b', 'hour', 1, 60],
    ]);
    expect(writes[0]?.data).toEqual(
      new Map([
        ['x', 2],
        ['z', 1],
      ]),
    );
  });

  it('tells an insert that lost every bucket from one that lost some, and names the intervals that are stored', () => {
    const plan = new BulkPlan(schema, given, 0, 3600);
    const lost = plan.writes.filter(
      ({ name, interval, bucket }) => name === 'b' || (interval === 'minute' && bucket === 61),
    );
    const failures: WriteFailure<'histogram'>[] = lost.map((write) => ({
      write,
      fate: 'failed',
      error: new Error('lost'),
    }));
    const found = plan.failuresOf(given, failures).map(({ insert: { name, seconds }, fate, applied }) => ({
      name,
      seconds,
      fate,
      applied,
    }));
    expect(found).toEqual([
      { name: 'b', seconds: 3600, fate: 'failed', applied: [] },
      { name: 'a', seconds: 3660, fate: 'unknown', applied: ['hour'] },
    ]);
  });
});
