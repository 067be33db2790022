import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const PROCESSES = 8;
const EVENTS = 5000;

/** Starts writers as separate processes on an empty store. */
export function exactnessTests(source: () => string, tableName: string): void {
  it(`${PROCESSES} processes that write the same counters and histograms lose nothing`, async () => {
    await Promise.all(Array.from({ length: PROCESSES }, (_, seed) => writer(source(), tableName, seed + 1)));
    const kairos = new Kairos([sql]);
    const intervals = { minute: { step: 60 }, day: { step: 86_400, resolution: 3600 } } as const;
    const counts = await kairos.timeseries(source(), { type: 'count', tableName, intervals });
    const values = await kairos.timeseries(source(), {
      type: 'histogram',
      valueType: 'int',
      tableName,
      intervals,
    });
    expect(await counts.list()).toHaveLength(10);
    for (let name = 0; name < 10; name++) {
      const range = { start: 86_400, end: 86_520 };
      const own = Array.from({ length: EVENTS / 10 }, (_, index) => index * 10 + name);
      const expected = new Map<number, number>();
      for (const event of own) expected.set(event % 7, (expected.get(event % 7) ?? 0) + PROCESSES);
      for (const interval of ['minute', 'day'] as const) {
        const all = { ...range, collapse: true } as const;
        const [total] = (await counts.series(`name ${name}`, interval, all)).values();
        expect(total).toBe(own.length * PROCESSES);
        const [histogram] = (await values.series(`name ${name}`, interval, all)).values();
        expect(histogram).toEqual(expected);
      }
    }
    await counts.deleteAll();
    await values.deleteAll();
    await counts.close();
    await values.close();
  }, 300_000);
}

function writer(source: string, tableName: string, seed: number): Promise<void> {
  const args = [join(__dirname, 'writer.mjs'), source, tableName, String(EVENTS), String(seed)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'] });
  let output = '';
  child.stderr.on('data', (part) => {
    output += part;
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A writer failed: ${output}`))));
  });
}
