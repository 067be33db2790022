import { redisService } from '../lib/redis-services.mjs';

/** One server of Valkey 9, without persistence. */
export default redisService({ name: 'valkey', programs: 'valkey', variable: 'VALKEY_URL', port: 26381 });
