import { redis } from '@kairos/redis';
import { Cluster } from 'ioredis';

const options = (namespace) => ({ prefix: namespace });

export const single = { backend: redis, options, source: () => process.env.REDIS_URL };

export const least = {
  backend: redis,
  options,
  source: () => {
    const url = new URL(process.env.REDIS_URL);
    url.username = 'kairos-least';
    url.password = 'secret';
    return url.href;
  },
};

export const cluster = {
  backend: redis,
  options,
  source: () => {
    const { hostname, port } = new URL(process.env.REDIS_CLUSTER_URL);
    return new Cluster([{ host: hostname, port: Number(port) }]);
  },
  close: async (source) => {
    await source.quit();
  },
};
