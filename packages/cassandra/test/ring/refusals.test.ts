import { cassandra } from '@kairos/cassandra';
import { BulkInsertError, Kairos } from '@kairos/core';
import { policies } from 'cassandra-driver';
import { onRing } from '../support/ring.js';

/** Tables are created once all nodes agree, which takes long where one has just come back. */
const OPENING = 120_000;

const T = Math.floor(Date.now() / 60_000) * 60;

onRing('a write for which there are too few replicas', (ring) => {
  const kairos = new Kairos([cassandra]);
  const { keyspace } = ring;

  const speculative = {
    policies: {
      speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(2000, 1),
    },
  };
  const refused = async (type: 'count' | 'series', clientConfig: { readonly [option: string]: unknown }) => {
    const options = { type, intervals: { minute: { step: 60 } }, replication: 1 } as const;
    const url = `cassandra://${ring.points}/${keyspace}`;
    // Opened before, so that what follows has nothing to create, nor to record.
    await (await kairos.timeseries(url, options)).close();
    const series = await kairos.timeseries(url, { ...options, writeConsistency: 'two', clientConfig });
    try {
      const error = await series.bulkInsert(new Map([[T, { home: [1] }]])).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      expect(error.message).toContain('Not enough replicas available');
      return { failed: error.failed.size, unknown: error.unknown.size };
    } finally {
      await series.close();
    }
  };

  it(
    'has failed, since nothing was applied',
    async () => {
      expect(await refused('series', {})).toEqual({ failed: 1, unknown: 0 });
    },
    OPENING,
  );

  it(
    'is unknown with speculative executions, since another node may be applying it',
    async () => {
      expect(await refused('series', speculative)).toEqual({ failed: 0, unknown: 1 });
    },
    OPENING,
  );

  it(
    'has failed even so where it is of counters, which one node alone is asked to write',
    async () => {
      expect(await refused('count', speculative)).toEqual({ failed: 1, unknown: 0 });
    },
    OPENING,
  );
});
