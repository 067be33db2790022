import { redisProgramService } from '../lib/redis-services.mjs';

/** The program of Redis. */
export default redisProgramService({ programs: 'installed', variable: 'REDIS_SERVER_PROGRAM' });
