import { contactPoints, describeWithServer, dropKeyspace, freshKeyspace } from './cluster.js';

export interface Ring {
  /** The addresses of its nodes, with commas between. */
  readonly points: string;
  /** A keyspace that nothing is in. */
  readonly keyspace: string;
}

/** Defines tests on a ring of three nodes, in a keyspace of their own. */
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
