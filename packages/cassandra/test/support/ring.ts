import { contactPoints, describeWithServer, dropKeyspace, freshKeyspace } from './cluster.js';

export interface Ring {
  /** The addresses of its nodes, separated by commas. */
  readonly points: string;
  /** An empty keyspace. */
  readonly keyspace: string;
}

/** Defines tests on a ring of three nodes. They share a new keyspace. */
export function onRing(name: string, define: (ring: Ring) => void): void {
  describeWithServer(name, () => {
    const ring = {
      keyspace: freshKeyspace(),
      get points() {
        return contactPoints('CASSANDRA_RING_CONTACT_POINTS');
      },
    };
    afterAll(() => dropKeyspace(ring.points, ring.keyspace), 120_000);
    define(ring);
  });
}
