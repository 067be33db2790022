import { needRedisServer } from '../../../../scripts/lib/redis-server.mjs';
import { redisServer } from './redis-server.mjs';

export default redisServer({ title: 'Redis 7.0', program: needRedisServer });
