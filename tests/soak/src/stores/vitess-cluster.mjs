import { chmod } from 'node:fs/promises';
import { VitessCluster } from '../../../../scripts/lib/vitess-cluster.mjs';
import { splitShards } from '../faults/split-shards.mjs';
import vitess from './vitess.mjs';

/** Vitess as in production: a separate process for each component, and a MySQL for each shard. */
export default {
  ...vitess,
  title: 'Vitess, a cluster',
  fault: splitShards,
  async start({ folder }) {
    // MySQL refuses to run as root, so it runs as another user.
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
