import { redisPrograms } from '../../../../scripts/lib/redis-server.mjs';
import { redisServer } from './redis-server.mjs';

export default redisServer({
  title: 'Valkey 9.1',
  program: async () => (await redisPrograms.valkey()).server,
});
