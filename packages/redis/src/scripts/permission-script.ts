import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';

/** The commands that the writing scripts run on a key, whatever the type. */
const shared = {
  writes: ['SET K V', 'HSET K F V', 'HDEL K F', 'SADD K V', 'SREM K V', 'EXPIREAT K 1', 'PERSIST K'],
  reads: [
    'GET K',
    'EXISTS K',
    'PTTL K',
    'HGET K F',
    'HRANDFIELD K 1',
    'SISMEMBER K V',
    'SRANDMEMBER K 1',
    'TIME',
  ],
};

const own: { readonly [T in TimeseriesType]: readonly string[] } = {
  count: ['HMGET K F', 'HINCRBY K F 1'],
  gauge: ['HMGET K F'],
  histogram: ['HLEN K', 'HMGET K F', 'HINCRBY K F 1'],
  series: ['LLEN K', 'RPUSH K V'],
  set: ['SCARD K'],
};

const quoted = (commands: readonly string[]) => commands.map((command) => `'${command}'`).join(', ');

/**
 * Returns the commands that the user would miss half-way through an insert; none for a user who may not write
 * at all. Key: the names of a shard. Before Redis 7 there is no way to ask, so it tries `TIME`, which neither
 * `@read` nor `@write` includes.
 */
const script = (type: TimeseriesType) =>
  new Script(
    `
local key, missing = KEYS[1], {}
if not redis.acl_check_cmd then
  -- No name is empty: nothing is removed.
  local writes = type(redis.pcall('SREM', key, '')) == 'number'
  if writes and redis.pcall('TIME').err then missing[1] = 'TIME' end
  return missing
end
local function may(command)
  local words = {}
  for word in string.gmatch(command, '%S+') do words[#words + 1] = word == 'K' and key or word end
  return redis.acl_check_cmd(unpack(words))
end
local writes = 0
for _, command in ipairs({ ${quoted(shared.writes)} }) do
  if may(command) then writes = writes + 1 else missing[#missing + 1] = string.match(command, '%S+') end
end
if writes == 0 then return {} end
for _, command in ipairs({ ${quoted([...shared.reads, ...own[type]])} }) do
  if not may(command) then missing[#missing + 1] = string.match(command, '%S+') end
end
return missing
`,
    false,
  );

export const permissionScripts: { readonly [T in TimeseriesType]: Script } = {
  count: script('count'),
  gauge: script('gauge'),
  histogram: script('histogram'),
  series: script('series'),
  set: script('set'),
};
