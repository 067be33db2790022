import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy } from '@kairos/adapter-tests';
import { closeLost, watch } from '../src/session/lost-connections.js';
import { connectTo } from './support/cluster.js';
import { inKeyspace } from './support/keyspace.js';

/** The part of the driver that looks for a node again. The driver does so by itself after an outage. */
interface Looking {
  _refresh(): Promise<void>;
}

inKeyspace('A driver that looks for its only node', (store) => {
  it.each([1, 3])('%s times at once leaves no connection open once it is closed', async (times) => {
    const [host = '', port] = store.points.split(':');
    const proxy = await FaultyProxy.before({ host, port: Number(port) });
    const client = connectTo(`127.0.0.1:${proxy.port}`, { socketOptions: { readTimeout: 2000 } });
    watch(client);
    await client.connect();
    proxy.fault = 'refuse';
    proxy.cut();
    await sleep(200);
    proxy.fault = 'pass';
    const control: Looking = Reflect.get(client, 'controlConnection');
    await Promise.all(Array.from({ length: times }, () => control._refresh()));
    expect(proxy.connections).toBeGreaterThan(0);
    await client.shutdown();
    await closeLost(client);
    await sleep(500);
    expect(proxy.connections).toBe(0);
    await proxy.close();
  });
});
