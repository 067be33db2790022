import { redisProgramService } from '../lib/redis-services.mjs';

/** The program of Redis 8. */
export default redisProgramService({ programs: 'redis-8', variable: 'REDIS_8_SERVER_PROGRAM' });
