/** Cassandra's longest TTL: 20 years. */
const LONGEST = 20 * 365 * 86_400;

/** The last expiry that Cassandra can store (2038-01-19T03:14:06Z), unless configured for newer nodes only. */
const LAST_EXPIRY = 2 ** 31 - 2;

/**
 * The TTL for data that expires at a Unix second; 0 for none. Data that expires later than Cassandra can store gets no
 * TTL, because a shorter one would delete it within its retention.
 */
export function ttlOf(expiresAt: number | null, now = Date.now() / 1000): number {
  if (expiresAt === null) return 0;
  const ttl = Math.max(1, Math.ceil(expiresAt - now));
  return ttl > LONGEST || now + ttl >= LAST_EXPIRY ? 0 : ttl;
}
