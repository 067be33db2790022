/** `p0` to `p100`, with decimals if you want: `'p95'`, `'p99.9'`. */
export type PercentileName = `p${number}`;

/** A share of all as a fraction of whole numbers, so that ranks are exact. */
export interface Share {
  readonly part: bigint;
  readonly whole: bigint;
}

export const MEDIAN: Share = { part: 1n, whole: 2n };

const FORM = /^p(\d{1,3})(?:\.(\d{1,20}))?$/;

export function isPercentile(name: unknown): name is PercentileName {
  return typeof name === 'string' && FORM.test(name) && isAtMostAll(name);
}

/** The share of a name that `isPercentile` takes: 999 of 1000 for `p99.9`. */
export function shareOf(name: string): Share {
  const [, whole = '0', decimals = ''] = FORM.exec(name) ?? [];
  return { part: BigInt(whole + decimals), whole: 100n * 10n ** BigInt(decimals.length) };
}

function isAtMostAll(name: string): boolean {
  const { part, whole } = shareOf(name);
  return part <= whole;
}
