import { cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';
import { policies } from 'cassandra-driver';
import { connectTo } from '../support/cluster.js';
import { onRing } from '../support/ring.js';

onRing('a client that does not talk to every node, as those of other data centers', (ring) => {
  const { AllowListPolicy, RoundRobinPolicy } = policies.loadBalancing;
  const { keyspace } = ring;

  it('creates tables through a node that it talks to, whatever the addresses', async () => {
    const [lowest, ...others] = ring.points.split(',').sort();
    expect(others).toHaveLength(2);
    const client = connectTo(others.join(','), {
      policies: { loadBalancing: new AllowListPolicy(new RoundRobinPolicy(), others) },
    });
    try {
      const options = { type: 'gauge', intervals: { minute: { step: 60 } }, replication: 3 } as const;
      const gauge = await new Kairos([cassandra]).timeseries(client, { ...options, keyspace });
      await gauge.insert('home', 1);
      expect(await gauge.list()).toEqual(['home']);
      const hosts = client.getState().getConnectedHosts();
      expect(hosts.map(({ address }) => address)).not.toContain(lowest);
    } finally {
      await client.shutdown();
    }
  }, 120_000);
});
