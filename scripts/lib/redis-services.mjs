import { redisPrograms, startRedisCluster, startRedisServer } from './redis-server.mjs';
import { service } from './service.mjs';

/** Lets this server stand in for the one that the tests find in `standard`. */
function inPlaceOf(standard, variable) {
  return variable === standard ? {} : { newer: true, as: { [variable]: standard } };
}

function composed(name, variable, port) {
  return { services: [name], env: { [variable]: `redis://127.0.0.1:${port}` } };
}

/** A single server; `port` is its port in `compose.yaml`. */
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

/** A cluster of three masters; the address is one of them. */
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
