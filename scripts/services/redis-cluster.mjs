import { redisClusterService } from '../lib/redis-services.mjs';

/** A Redis Cluster of three masters. */
export default redisClusterService({
  name: 'redis-cluster',
  programs: 'installed',
  variable: 'REDIS_CLUSTER_URL',
  port: 27001,
});
