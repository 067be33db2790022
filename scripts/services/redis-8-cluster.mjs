import { redisClusterService } from '../lib/redis-services.mjs';

/** A cluster of three masters of Redis 8. */
export default redisClusterService({
  name: 'redis-8-cluster',
  programs: 'redis-8',
  variable: 'REDIS_8_CLUSTER_URL',
  port: 27021,
});
