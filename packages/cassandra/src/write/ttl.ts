/** Cassandra takes at most 20 years. */
const LONGEST = 20 * 365 * 86_400;

/** The last second that it can store as an expiry (2038-01-19T03:14:06Z), unless it is told that no older node reads it. */
const LAST_EXPIRY = 2 ** 31 - 2;

/**
 * The TTL for data that expires at a Unix second, 0 for none. What expires later than Cassandra can store is kept
 * without: a TTL that is cut short would delete data within its retention.
 */
export function ttlOf(expiresAt: number | null, now = Date.now() / 1000): number {
  if (expiresAt === null) return 0;
  const ttl = Math.max(1, Math.ceil(expiresAt - now));
  return ttl > LONGEST || now + ttl >= LAST_EXPIRY ? 0 : ttl;
}
