import { setTimeout as sleep } from 'node:timers/promises';
import { KEYSPACE } from '../../../../scripts/lib/vitess-settings.mjs';

const BEFORE = ['-80', '80-'];
const WORKFLOW = ['--workflow', 'split', '--target-keyspace', KEYSPACE];
const LOOK_AGAIN = 500;
const MOST_MILLISECONDS = 240_000;

/**
 * Splits two shards of a cluster into four during writes, then stops the old two, so that the final read uses
 * only the new four. Divides the time in thirds: before the split, between the steps that switch and complete
 * it, and after it.
 */
export async function splitShards({ cluster }, milliseconds) {
  await sleep(milliseconds / 3);
  const after = await cluster.addShards(4);
  const copied = await timed(async () => {
    const shards = ['--source-shards', BEFORE.join(), '--target-shards', after.join()];
    // By default Vitess creates the keys after the copy. MySQL refuses that for an auto_increment column.
    await reshard(cluster, 'create', ...shards, '--defer-secondary-keys=false');
    await untilCopied(cluster);
  });
  const switched = await timed(() => reshard(cluster, 'SwitchTraffic'));
  await sleep(milliseconds / 3);
  await reshard(cluster, 'complete');
  for (const shard of BEFORE) await cluster.stopShard(shard);
  await sleep(milliseconds / 3);
  return { faults: `2 shards into 4: copied in ${copied}, switched in ${switched}` };
}

function reshard(cluster, action, ...options) {
  return cluster.vtctldclient('Reshard', ...WORKFLOW, action, ...options);
}

/** Waits until each new shard has copied everything and follows the changes. */
async function untilCopied(cluster) {
  const deadline = Date.now() + MOST_MILLISECONDS;
  for (;;) {
    const { shard_streams: shards } = JSON.parse(await reshard(cluster, 'status', '--format', 'json'));
    const streams = Object.values(shards).flatMap((shard) => shard.streams);
    if (streams.every(({ status, position }) => status === 'Running' && position !== '')) return;
    const broken = streams.find(({ status }) => status === 'Error');
    if (broken !== undefined) throw new Error(`The shards are not split: ${broken.info}`);
    if (Date.now() > deadline) throw new Error(`The shards are not copied: ${JSON.stringify(streams)}`);
    await sleep(LOOK_AGAIN);
  }
}

async function timed(work) {
  const began = performance.now();
  await work();
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
