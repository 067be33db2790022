import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryStore, memory } from '@kairos/adapter-tests';
import { Kairos } from '@kairos/core';
import { mutants } from '../src/memory/mutants/index.js';
import { rules } from '../src/rules/index.js';

const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');

describe('The README', () => {
  it('describes every tested rule', () => {
    const rows = readme.split('\n').map((line) => line.split('|')[1]?.trim());
    expect(rows).toEqual(expect.arrayContaining(rules.map(({ title }) => title)));
  });

  it('does not claim more mutants than there are', () => {
    const [, claimed] = /more than (\d+) mutants/.exec(readme) ?? [];
    expect(mutants.length).toBeGreaterThan(Number(claimed));
  });

  it('shows how to use the memory adapter', async () => {
    const kairos = new Kairos([memory]);
    const store = new MemoryStore();
    const hits = await kairos.timeseries(store, {
      type: 'count',
      intervals: { minute: { step: 60 } },
      namespace: 'test',
    });
    await hits.insert('home');
    expect([...(await hits.get('home', 'minute')).values()]).toEqual([1]);
  });
});
