/**
 * Half of what lies between the largest double and the one that would come next. What is smaller is rounded away when
 * it is added to the largest, so that it can make no sum infinite.
 */
const LEAST_THAT_OVERFLOWS = 2 ** 970;

/**
 * The condition on a count under which an amount can be added to it and the sum is finite; `null` for almost all
 * amounts, which need none.
 */
export function roomFor(amount: number): { readonly $lte: number } | { readonly $gte: number } | null {
  if (Math.abs(amount) < LEAST_THAT_OVERFLOWS) return null;
  return amount > 0 ? { $lte: largestBefore(amount) } : { $gte: -largestBefore(-amount) };
}

/** The largest double whose sum with a positive amount is finite. The bits of doubles from 0 on are in their order. */
function largestBefore(amount: number): number {
  const double = new Float64Array([Number.MAX_VALUE]);
  const bits = new BigInt64Array(double.buffer);
  let [fits, overflows] = [0n, bits[0] ?? 0n];
  while (overflows - fits > 1n) {
    const middle = (fits + overflows) / 2n;
    bits[0] = middle;
    if (Number.isFinite((double[0] ?? 0) + amount)) fits = middle;
    else overflows = middle;
  }
  bits[0] = fits;
  return double[0] ?? 0;
}
