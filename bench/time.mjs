/** Nanoseconds to resolve one timestamp to the bucket of one interval. */
import { do_not_optimize, measure } from 'mitata';
import { dayLine } from '../packages/core/dist/time/day-line.js';
import { timescale } from '../packages/core/dist/time/unit.js';
import { printTable } from './compare.mjs';

const timestamps = Array.from({ length: 1000 }, (_, index) => 1_600_000_000 + index * 40_507.7);
const rows = [{ name: '', utc: 'UTC', near: 'New York, in order', far: 'New York, anywhere' }];
for (const unit of [60, 'hourly', 'daily', 'weekly', 'isoWeekly', 'monthly', 'quarterly', 'yearly']) {
  const nanoseconds = [];
  for (const [timezone, step] of [
    ['UTC', 40_507.7],
    ['America/New_York', 60],
    ['America/New_York', 40_507.7],
  ]) {
    const scale = timescale(unit, dayLine(timezone));
    const sample = timestamps.map((_, index) => 1_600_000_000 + index * step);
    const { p50 } = await measure(() => {
      for (const timestamp of sample) do_not_optimize(scale.bucketOf(timestamp));
    });
    nanoseconds.push(`${(p50 / sample.length).toFixed(0)} ns`);
  }
  rows.push({ name: String(unit), utc: nanoseconds[0], near: nanoseconds[1], far: nanoseconds[2] });
}
console.log('\nTime: one timestamp to the bucket of one interval (target in UTC: ≤ 200 ns)');
printTable(rows);
