import { chmod } from 'node:fs/promises';
import { VitessCluster } from '../../../../scripts/lib/vitess-cluster.mjs';
import { splitShards } from '../faults/split-shards.mjs';
import vitess from './vitess.mjs';

/** Vitess as people run it: processes of its own for each part, and a MySQL for each shard. */
export default {
  ...vitess,
  title: 'Vitess, a cluster',
  fault: splitShards,
  async start({ folder }) {
    // MySQL refuses root, and runs under a user of its own.
    await chmod(folder, 0o711);
    const stops = [];
    const stop = async () => {
      while (stops.length > 0) await stops.pop()();
    };
    try {
      const cluster = await VitessCluster.start(folder, (end) => stops.push(end));
      return { address: { url: cluster.url }, cluster, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
