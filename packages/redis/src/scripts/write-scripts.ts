import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';
import { SPAN } from './name-index.js';

/**
 * Stores the buckets of one name or of several of a shard. All that could fail is looked at before the first write:
 * the script stores everything or nothing. Its keys, every one declared, are the shard's names, then for each name
 * its index and its buckets. Its arguments are for each name the name and how many buckets, and for each bucket the
 * interval as it stands in keys, the bucket, the second at which it expires or nothing, the resolution or nothing,
 * and then what the type takes.
 *
 * `look` reads the arguments of a type and what is stored (a key of another kind raises an error), and sets `fresh`
 * where the key is new; `apply` writes.
 */
const around = (type: string) => `
local SPAN = ${SPAN}
local cursor = 0
local function arg()
  cursor = cursor + 1
  return ARGV[cursor]
end

local function args(count)
  local taken = {}
  for i = 1, count do taken[i] = ARGV[cursor + i] end
  cursor = cursor + count
  return taken
end

-- The key is new if what was looked up of it does not tell otherwise.
local function isFresh(key)
  return redis.call('EXISTS', key) == 0
end

local refused
${type}
local names, k = KEYS[1], 1
local groups, last = {}, #ARGV
while cursor < last do
  local group = { name = arg(), fresh = 0, chunks = {} }
  local count = tonumber(arg())
  k = k + 1
  group.index = KEYS[k]
  for i = 1, count do
    k = k + 1
    local write = { key = KEYS[k], field = arg(), bucket = arg(), at = arg(), resolution = arg() }
    write.coarse = write.resolution == ''
    look(write)
    group[i] = write
    if write.fresh then
      group.fresh = group.fresh + 1
      local bucket = tonumber(write.bucket)
      local chunk = math.floor(bucket / SPAN)
      local field = write.field .. string.format('%d', chunk)
      local entry = group.chunks[field]
      if not entry then
        entry = { bits = {}, was = redis.call('HGET', group.index, field), at = 0 }
        group.chunks[field] = entry
      end
      entry.bits[bucket - chunk * SPAN] = true
      local at = write.at == '' and math.huge or tonumber(write.at)
      if at > entry.at then entry.at = at end
    end
  end
  if group.fresh > 0 then
    group.left = redis.call('PTTL', group.index)
    group.listed = redis.call('SISMEMBER', names, group.name) == 1
  end
  groups[#groups + 1] = group
end
if refused then return redis.error_reply(refused) end

local clock
local function now()
  if not clock then
    local time = redis.call('TIME')
    clock = time[1] * 1000 + time[2] / 1000
  end
  return clock
end

-- Lets a key live as long as the longest of what it indexes; left is its time to live before this script.
local function outlive(key, left, at)
  if left == -1 then return end
  if at == math.huge then
    if left >= 0 then redis.call('PERSIST', key) end
  elseif left == -2 or at > math.floor((now() + left) / 1000 + 0.5) then
    redis.call('EXPIREAT', key, string.format('%d', at))
  end
end

-- Drops some entries of an index that have expired: fewer are added than are looked at, so that they never pile up.
local function trim(index)
  local some = redis.call('HRANDFIELD', index, 8, 'WITHVALUES')
  for i = 1, #some, 2 do
    local at = tonumber(string.sub(some[i + 1], SPAN / 8 + 1))
    if at and at * 1000 <= now() then redis.call('HDEL', index, some[i]) end
  end
end

-- Drops some names whose index has expired, likewise. In a cluster that is moving the slot, the call fails.
local function sweep()
  for _, name in ipairs(redis.call('SRANDMEMBER', names, 4)) do
    if redis.pcall('EXISTS', names, names .. ':' .. name) == 1 then redis.call('SREM', names, name) end
  end
end

local namesLeft, namesAt, listed = nil, 0, false
for _, group in ipairs(groups) do
  if group.fresh > 0 and not namesLeft then namesLeft = redis.call('PTTL', names) end
end
for _, group in ipairs(groups) do
  local expiring = {}
  for _, write in ipairs(group) do
    apply(write)
    if write.fresh and write.at ~= '' and not expiring[write.key] then
      expiring[write.key] = true
      redis.call('EXPIREAT', write.key, write.at)
    end
  end
  if group.fresh > 0 then
    local at, grown = 0, false
    for field, entry in pairs(group.chunks) do
      local bytes, was = {}, entry.was
      for i = 1, SPAN / 8 do
        local byte = was and string.byte(was, i) or 0
        for j = 0, 7 do
          if entry.bits[(i - 1) * 8 + j] then byte = bit.bor(byte, bit.lshift(1, j)) end
        end
        bytes[i] = string.char(byte)
      end
      if was then
        local before = tonumber(string.sub(was, SPAN / 8 + 1)) or math.huge
        if before > entry.at then entry.at = before end
      else
        grown = true
      end
      if entry.at > at then at = entry.at end
      local expiry = entry.at == math.huge and '' or string.format('%d', entry.at)
      redis.call('HSET', group.index, field, table.concat(bytes) .. expiry)
    end
    outlive(group.index, group.left, at)
    if grown then trim(group.index) end
    if at > namesAt then namesAt = at end
    if not group.listed then
      redis.call('SADD', names, group.name)
      listed = true
    end
  end
end
if namesLeft then
  outlive(names, namesLeft, namesAt)
  if listed then sweep() end
end
return 1
`;

const count = `
local function isWhole(text, digits)
  return #text <= digits and string.find(text, '^%-?%d+$') ~= nil
end

-- Whole numbers are added by the server, others as doubles, and written so that they are read as the same double.
local function look(write)
  local amount = arg()
  local stored
  if write.coarse then
    stored = redis.call('GET', write.key)
  else
    stored = redis.call('HGET', write.key, write.resolution)
  end
  if not stored then
    write.fresh = write.coarse or isFresh(write.key)
    write.value = amount
  elseif isWhole(stored, 18) and isWhole(amount, 17) then
    write.by = amount
  else
    local sum = tonumber(stored) + tonumber(amount)
    if sum - sum ~= 0 then refused = 'KAIROS the sum ' .. stored .. ' + ' .. amount .. ' is too large for a count' end
    write.value = string.format('%.17g', sum)
  end
end

local function apply(write)
  if write.by then
    if write.coarse then
      redis.call('INCRBY', write.key, write.by)
    else
      redis.call('HINCRBY', write.key, write.resolution, write.by)
    end
  elseif not write.coarse then
    redis.call('HSET', write.key, write.resolution, write.value)
  elseif write.fresh then
    redis.call('SET', write.key, write.value)
  else
    redis.call('SET', write.key, write.value, 'KEEPTTL')
  end
end
`;

const gauge = `
local function look(write)
  write.value = arg()
  local length
  if write.coarse then length = redis.call('STRLEN', write.key) else length = redis.call('HLEN', write.key) end
  write.fresh = length == 0 and isFresh(write.key)
end

local function apply(write)
  if not write.coarse then
    redis.call('HSET', write.key, write.resolution, write.value)
  elseif write.fresh then
    redis.call('SET', write.key, write.value)
  else
    redis.call('SET', write.key, write.value, 'KEEPTTL')
  end
end
`;

const histogram = `
local function look(write)
  write.pairs = args(2 * arg())
  write.fresh = redis.call('HLEN', write.key) == 0
end

local function apply(write)
  local prefix = write.coarse and '' or write.resolution .. '/'
  for i = 1, #write.pairs, 2 do
    redis.call('HINCRBY', write.key, prefix .. write.pairs[i], write.pairs[i + 1])
  end
end
`;

/** Series and sets differ only in two commands. */
const members = (length: string, add: string) => `
local function look(write)
  write.members = args(tonumber(arg()))
  write.fresh = redis.call('${length}', write.key) == 0
end

local function apply(write)
  local members = write.members
  if not write.coarse then
    for i = 1, #members do members[i] = write.resolution .. '/' .. members[i] end
  end
  redis.call('${add}', write.key, unpack(members))
end
`;

export const writeScripts: { readonly [T in TimeseriesType]: Script } = {
  count: new Script(around(count), false),
  gauge: new Script(around(gauge), false),
  histogram: new Script(around(histogram), false),
  series: new Script(around(members('LLEN', 'RPUSH')), false),
  set: new Script(around(members('SCARD', 'SADD')), false),
};
