import { redisClusterService } from '../lib/redis-services.mjs';

/** A cluster of three masters of Valkey 9. */
export default redisClusterService({
  name: 'valkey-cluster',
  programs: 'valkey',
  variable: 'VALKEY_CLUSTER_URL',
  port: 27011,
});
