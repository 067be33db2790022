import { redisService } from '../lib/redis-services.mjs';

/** One Redis server, without persistence. */
export default redisService({ name: 'redis', programs: 'installed', variable: 'REDIS_URL', port: 26379 });
