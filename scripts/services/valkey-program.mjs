import { redisProgramService } from '../lib/redis-services.mjs';

/** The program of Valkey 9. */
export default redisProgramService({ programs: 'valkey', variable: 'VALKEY_SERVER_PROGRAM' });
