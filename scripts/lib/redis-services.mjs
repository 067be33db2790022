import { redisPrograms, startRedisCluster, startRedisServer } from './redis-server.mjs';
import { service } from './service.mjs';

/** What takes the place of the server that the tests know by `standard`. */
function inPlaceOf(standard, variable) {
  return variable === standard ? {} : { newer: true, as: { [variable]: standard } };
}

function composed(name, variable, port) {
  return { services: [name], env: { [variable]: `redis://127.0.0.1:${port}` } };
}

/** One server; `port` is that of `compose.yaml`. */
export function redisService({ name, programs, variable, port }) {
  return service({
    variable,
    skip: 'TEST_REDIS',
    ...inPlaceOf('REDIS_URL', variable),
    compose: composed(name, variable, port),
    start: async (folder, later) => {
      const { server } = await redisPrograms[programs]();
      return {
        [variable]: `redis://127.0.0.1:${await startRedisServer(folder, later, { program: server })}`,
      };
    },
  });
}

/** A cluster of three masters; the address is that of one of them. */
export function redisClusterService({ name, programs, variable, port }) {
  return service({
    variable,
    skip: 'TEST_REDIS',
    ...inPlaceOf('REDIS_CLUSTER_URL', variable),
    compose: composed(name, variable, port),
    start: async (folder, later) => ({
      [variable]: await startRedisCluster(folder, later, await redisPrograms[programs]()),
    }),
  });
}

/** The path of the server's program, for tests that start servers to break them. */
export function redisProgramService({ programs, variable }) {
  return service({
    variable,
    skip: 'TEST_REDIS',
    ...inPlaceOf('REDIS_SERVER_PROGRAM', variable),
    start: async () => ({ [variable]: (await redisPrograms[programs]()).server }),
  });
}
