import { redisService } from '../lib/redis-services.mjs';

/** One server of Redis 8, without persistence. */
export default redisService({ name: 'redis-8', programs: 'redis-8', variable: 'REDIS_8_URL', port: 26380 });
