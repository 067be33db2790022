/** The least value that a share of all occurrences does not exceed; `NaN` where there are none. */
export function percentile(histogram: ReadonlyMap<number, number>, share: number): number {
  const sorted = [...histogram].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= total * share) return value;
  }
  return Number.NaN;
}
