import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';
import { readIndex } from './name-index.js';

/**
 * The buckets of one interval of one name from first to last: a flat array of bucket and data. Its key is the name's
 * index; its arguments are the name, the interval as it stands in keys, first and last.
 */
const around = (fetch: string) => `${readIndex}
local index, name, field = KEYS[1], ARGV[1], ARGV[2]
local first, last = tonumber(ARGV[3]), tonumber(ARGV[4])
local head, buckets, keys = headOf(index, name), {}, {}
local low = math.floor(first / SPAN)
local fields = {}
for chunk = low, math.floor(last / SPAN) do fields[#fields + 1] = field .. string.format('%d', chunk) end
for i, bitmap in ipairs(redis.call('HMGET', index, unpack(fields))) do
  if bitmap then
    visit(low + i - 1, bitmap, false, function(bucket)
      if bucket >= first and bucket <= last then
        buckets[#buckets + 1] = bucket
        keys[#keys + 1] = bucketKey(head, field, bucket, name)
      end
    end)
  end
end
local reply = {}
local function found(i, data)
  reply[#reply + 1] = buckets[i]
  reply[#reply + 1] = data
end
${fetch}
return reply
`;

/** Many keys in one command. */
const strings = new Script(
  around(`
for from = 1, #keys, 1000 do
  local to = math.min(from + 999, #keys)
  for i, data in ipairs(redis.call('MGET', unpack(keys, from, to))) do
    if data then
      found(from + i - 1, data)
    elseif exists(index, keys[from + i - 1]) then
      found(from + i - 1, redis.call('GET', keys[from + i - 1]))
    end
  end
end`),
  true,
);

/** One command for each key. */
const each = (command: string) =>
  new Script(
    around(`
for i, key in ipairs(keys) do
  local data = ${command}
  if #data > 0 or exists(index, key) then found(i, data) end
end`),
    true,
  );

const hashes = each(`redis.call('HGETALL', key)`);
const lists = each(`redis.call('LRANGE', key, 0, -1)`);
const sets = each(`redis.call('SMEMBERS', key)`);

/** How the buckets of a type are read; `single` is the same for one bucket, as a command. */
export interface ReadPlan {
  readonly script: Script;
  readonly single: 'get' | 'hgetall' | 'lrange' | 'smembers';
}

export function readPlan(type: TimeseriesType, resolved: boolean): ReadPlan {
  if (type === 'series') return { script: lists, single: 'lrange' };
  if (type === 'set') return { script: sets, single: 'smembers' };
  if (type === 'histogram' || resolved) return { script: hashes, single: 'hgetall' };
  return { script: strings, single: 'get' };
}
