import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';
import { sharesWindows } from '../window-fields.js';
import { SPAN } from './name-index.js';

/**
 * The common part of the reading scripts. Key: the name's index. Arguments: the name, the interval as it appears in
 * keys, the first and the last window or bucket, and those of each script. Leaves n keys, those in the index, and the
 * runs of their windows or buckets (first, length, first, length …).
 */
export const unitKeys = `
local call, index, name, field = redis.call, KEYS[1], ARGV[1], ARGV[2]
local first, last = tonumber(ARGV[3]), tonumber(ARGV[4])
local head, tail = string.sub(index, 1, -#name - 2) .. field, ':' .. name
local low, fields = math.floor(first / ${SPAN}), {}
for chunk = low, math.floor(last / ${SPAN}) do fields[#fields + 1] = field .. string.format('%d', chunk) end
local keys, runs, n, r, next = {}, {}, 0, 0, nil
-- Numbers are slow to write out; of ten keys in a row only the last digit differs.
local digits, tens, stem = { [0] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' }, nil, nil
for i, bitmap in ipairs(call('HMGET', index, unpack(fields))) do
  if bitmap then
    local bytes, bucket = { string.byte(bitmap, 1, ${SPAN / 8}) }, (low + i - 1) * ${SPAN}
    for b = 1, ${SPAN / 8} do
      local byte, at = bytes[b], bucket
      while byte > 0 do
        local rest = byte % 2
        if rest == 1 and at >= first and at <= last then
          n = n + 1
          if at < 0 then
            keys[n] = head .. string.format('%d', at) .. tail
          else
            local digit = at % 10
            local above = (at - digit) / 10
            if above ~= tens then
              tens = above
              stem = above == 0 and head or head .. string.format('%d', above)
            end
            keys[n] = stem .. digits[digit] .. tail
          end
          if at == next then
            runs[r] = runs[r] + 1
          else
            runs[r + 1] = at
            r = r + 2
            runs[r] = 1
          end
          next = at + 1
        end
        byte = (byte - rest) / 2
        at = at + 1
      end
      bucket = bucket + 8
    end
  end
end

-- A call with two keys, since a cluster that is moving the slot refuses it when one of them is missing: a key
-- that has already moved, or has yet to, never passes for one that does not exist.
local function exists(key)
  return call('EXISTS', index, key) == 2
end
`;

/**
 * Reads the windows or buckets of one interval of one name from first to last. Returns two arrays: the runs in the
 * index, and their data, false for one that has none after all.
 */
const around = (fetch: string) => `${unitKeys}
local data = {}
${fetch}
return { runs, data }
`;

/** One command for each key. */
const each = (command: string) =>
  new Script(
    around(`
for i = 1, n do
  local key = keys[i]
  local value = ${command}
  if #value == 0 and not exists(key) then value = false end
  data[i] = value
end`),
    true,
  );

/**
 * Returns each window as one text, with fields and values in lines: clients parse one long text much faster than many
 * short ones. If a value has several lines, the window comes as it is.
 */
const windows = each(`call('HGETALL', key)
  if #value > 0 then
    local text = table.concat(value, '\\n')
    local _, ends = string.gsub(text, '\\n', '\\n')
    if ends == #value - 1 then value = text end
  end`);
const hashes = each(`call('HGETALL', key)`);
const lists = each(`call('LRANGE', key, 0, -1)`);
const sets = each(`call('SMEMBERS', key)`);

/** How the data of a type is read; `single` is the command that reads one key. */
export interface ReadPlan {
  readonly script: Script;
  readonly single: 'hgetall' | 'lrange' | 'smembers';
}

export function readPlan(type: TimeseriesType): ReadPlan {
  if (type === 'series') return { script: lists, single: 'lrange' };
  if (type === 'set') return { script: sets, single: 'smembers' };
  if (sharesWindows(type)) return { script: windows, single: 'hgetall' };
  return { script: hashes, single: 'hgetall' };
}
