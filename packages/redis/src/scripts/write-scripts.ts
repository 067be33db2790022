import type { TimeseriesType } from '@kairos/core';
import { Script } from '../script.js';
import { SPAN } from './name-index.js';

/**
 * Stores the data of one name or several of a shard. It checks everything that could fail before the first write, so it
 * stores everything or nothing. Keys, all of them declared: the shard's names, the record, then for each name its index
 * and its windows or buckets. Arguments: the known record or nothing, then for each name the number of its windows or
 * buckets, and for each of these the second at which it expires or nothing, and the arguments of the type. If another
 * record is there, it is returned and nothing is done, unless the argument begins with a space.
 *
 * `look` reads the arguments of the type, from `c` on, and the stored data (a key of another kind raises an error). It
 * leaves the data to write in `state[k]`, whether the key is new or must live longer in `new`, and `c` behind its
 * arguments. `apply` writes `value`, which `look` left. If every bucket exists already, nothing else runs.
 */
const around = ({ look, apply }: TypeScripts) => `
local call, keys, argv = redis.call, KEYS, ARGV
local record, known = call('GET', keys[2]), argv[1]
if record ~= known and record and known ~= '' and string.byte(known) ~= 32 then return record end
local now = nil
-- The server's clock, in milliseconds. A user who may not ask for it is refused before anything is written.
local function clock()
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + time[2] / 1000
  end
  return now
end
-- Whether a second is later than that at which a key expires, which still lives for so many milliseconds.
local function outlives(at, left)
  return at > math.floor((clock() + left) / 1000 + 0.5)
end
local last, c, k = #argv, 2, 2
local from, state, added, lefts, refused = {}, {}, {}, {}, nil
local fresh, owners
while c <= last do
  k = k + 1
  local owner, ends = k, k + argv[c]
  c = c + 1
  while k < ends do
    k = k + 1
    from[k] = c
    local key, at, new = keys[k], argv[c], false
    c = c + 1
    ${look}
    if new then
      if not fresh then fresh, owners = {}, {} end
      fresh[#fresh + 1] = k
      owners[k] = owner
    end
  end
end
if refused then return redis.error_reply(refused) end
local groups, names, namesLeft = {}, keys[1], nil
if fresh then
${lookAtIndexes}
end
if not record and known ~= '' then call('SET', keys[2], (string.gsub(known, '^ ', ''))) end
for k = 3, #keys do
  local c, value = from[k], state[k]
  if c then
    local key = keys[k]
    ${apply}
  end
end
if fresh then
${applyToIndexes}
end
return 1
`;

interface TypeScripts {
  readonly look: string;
  readonly apply: string;
}

/** Reads the entries in the indexes of names with new keys. */
const lookAtIndexes = `
  local byOwner = {}
  for _, k in ipairs(fresh) do
    local index = keys[owners[k]]
    local name = string.sub(index, #names + 2)
    local group = byOwner[index]
    if not group then
      group = {
        index = index,
        name = name,
        chunks = {},
        left = call('PTTL', index),
        listed = call('SISMEMBER', names, name) == 1
      }
      byOwner[index] = group
      groups[#groups + 1] = group
    end
    local field, unit = string.match(string.sub(keys[k], #names + 1, -#name - 2), '^(.*[:/])(%-?%d+)$')
    local chunk = math.floor(unit / ${SPAN})
    field = field .. string.format('%d', chunk)
    local entry = group.chunks[field]
    if not entry then
      entry = { bits = {}, was = call('HGET', index, field), at = 0 }
      group.chunks[field] = entry
    end
    entry.bits[unit - chunk * ${SPAN}] = true
    local at = argv[from[k]]
    at = at == '' and math.huge or tonumber(at)
    if at > entry.at then entry.at = at end
  end
  namesLeft = call('PTTL', names)
  clock()
`;

/**
 * Sets the expiry of new keys, and enters them. An index, and the names of a shard, live as long as their last entry.
 * New entries push out expired ones: a few picked at random, but more than are added, so that they never pile up.
 */
const applyToIndexes = `
  local expiring = {}
  for _, k in ipairs(fresh) do
    local key, at = keys[k], argv[from[k]]
    if not expiring[key] then
      expiring[key] = true
      if at ~= '' then
        call('EXPIREAT', key, at)
      elseif lefts[k] then
        call('PERSIST', key)
      end
    end
  end

  -- left is the time to live of the key before this script.
  local function outlive(key, left, at)
    if left == -1 then return end
    if at == math.huge then
      if left >= 0 then call('PERSIST', key) end
    elseif left == -2 or outlives(at, left) then
      call('EXPIREAT', key, string.format('%d', at))
    end
  end

  local namesAt, listed = 0, false
  for _, group in ipairs(groups) do
    local at, grown = 0, false
    for field, entry in pairs(group.chunks) do
      local bytes, was, bits = {}, entry.was, entry.bits
      for i = 1, ${SPAN / 8} do
        local byte = was and string.byte(was, i) or 0
        for j = 0, 7 do
          if bits[(i - 1) * 8 + j] then byte = bit.bor(byte, bit.lshift(1, j)) end
        end
        bytes[i] = string.char(byte)
      end
      if was then
        local before = tonumber(string.sub(was, ${SPAN / 8 + 1})) or math.huge
        if before > entry.at then entry.at = before end
      else
        grown = true
      end
      if entry.at > at then at = entry.at end
      local expiry = entry.at == math.huge and '' or string.format('%d', entry.at)
      call('HSET', group.index, field, table.concat(bytes) .. expiry)
    end
    if grown then
      local some = call('HRANDFIELD', group.index, 8, 'WITHVALUES')
      for i = 1, #some, 2 do
        local expiry = tonumber(string.sub(some[i + 1], ${SPAN / 8 + 1}))
        if expiry and expiry * 1000 <= now then call('HDEL', group.index, some[i]) end
      end
    end
    outlive(group.index, group.left, at)
    if at > namesAt then namesAt = at end
    if not group.listed then
      call('SADD', names, group.name)
      listed = true
    end
  end
  outlive(names, namesLeft, namesAt)
  if listed then
    for _, name in ipairs(call('SRANDMEMBER', names, 4)) do
      -- Two keys, since a cluster that is moving the slot refuses the call when one is missing.
      if redis.pcall('EXISTS', names, names .. ':' .. name) == 1 then call('SREM', names, name) end
    end
  end
`;

/**
 * Arguments of a window: the number of fields, the fields, and an amount or a value for each. Each field counts as a
 * bucket: a new one extends the life of the window to its own, an existing one does not.
 *
 * `sum` makes the value to store from `stored` and `value`, or leaves it and sets `adds` if `add` should add it. Most
 * events touch one field of a window, and need no tables of several.
 */
const window = (sum: string, add: string): TypeScripts => ({
  look: `
    local n, first, grown = tonumber(argv[c]), c + 1, false
    c = first + 2 * n
    if n == 1 then
      local stored, value, adds = call('HGET', key, argv[first]), argv[first + 1], false
      if stored then
        ${sum}
      else
        grown = true
      end
      state[k] = value
      if adds then added[k] = true end
    else
      local was, pairs, more = call('HMGET', key, unpack(argv, first, first + n - 1)), {}, nil
      for i = 1, n do
        local stored, value, adds = was[i], argv[first + n + i - 1], false
        if stored then
          ${sum}
        else
          grown = true
        end
        local into = pairs
        if adds then
          more = more or {}
          into = more
        end
        into[#into + 1] = argv[first + i - 1]
        into[#into + 1] = value
      end
      state[k] = pairs
      added[k] = more
    end
    if grown then
      local left = call('PTTL', key)
      if left == -2 then
        new = true
      elseif left >= 0 and (at == '' or outlives(tonumber(at), left)) then
        new = true
        lefts[k] = left
      end
    end`,
  apply: `
    if type(value) == 'string' then
      call(added[k] and '${add}' or 'HSET', key, argv[c + 2], value)
    else
      if #value > 0 then call('HSET', key, unpack(value)) end
      local more = added[k]
      if more then
        for i = 1, #more, 2 do call('${add}', key, more[i], more[i + 1]) end
      end
    end`,
});

/** The server adds whole numbers. The script adds others as doubles, and writes them so that they read back exactly. */
const count = window(
  `
          if #stored < 19 and #value < 18 and string.find(stored .. value, '^%-?%d+%-?%d+$') then
            if n > 1 and #stored < 16 and #value < 16 then
              value = string.format('%.0f', stored + value)
            else
              adds = true
            end
          else
            local sum = tonumber(stored) + tonumber(value)
            if sum - sum ~= 0 then refused = 'KAIROS the sum ' .. stored .. ' + ' .. value .. ' is too large' end
            value = string.format('%.17g', sum)
          end`,
  'HINCRBY',
);

const gauge = window('', 'HSET');

/** Occurrences are whole. HINCRBY would raise an error for fractions or an overflow, and nothing would undo the rest. */
const histogram: TypeScripts = {
  look: `
    local resolution, fields, first = argv[c], {}, c + 2
    local prefix = resolution == '' and '' or resolution .. '/'
    c = first + 2 * argv[c + 1]
    for i = first, c - 2, 2 do fields[#fields + 1] = prefix .. argv[i] end
    state[k] = fields
    new = call('HLEN', key) == 0
    local stored = new and {} or call('HMGET', key, unpack(fields))
    for i = 1, #fields do
      local before, more = stored[i] or '0', argv[first + 2 * i - 1]
      if #before > 18 or #more > 18 or not string.find(before .. more, '^%-?%d+%-?%d+$') then
        refused = 'KAIROS the occurrences ' .. before .. ' + ' .. more .. ' are no whole number below 10^18'
      end
    end`,
  apply: `
    for i = 1, #value do call('HINCRBY', key, value[i], argv[c + 2 + 2 * i]) end`,
};

/** Series and sets differ in two commands only. */
const members = (length: string, add: string): TypeScripts => ({
  look: `
    c = c + 2 + argv[c + 1]
    new = call('${length}', key) == 0`,
  apply: `
    local resolution, first, final = argv[c + 1], c + 3, c + 2 + argv[c + 2]
    if resolution == '' then
      call('${add}', key, unpack(argv, first, final))
    else
      local members = {}
      for i = first, final do members[#members + 1] = resolution .. '/' .. argv[i] end
      call('${add}', key, unpack(members))
    end`,
});

const typeScripts: { readonly [T in TimeseriesType]: TypeScripts } = {
  count,
  gauge,
  histogram,
  series: members('LLEN', 'RPUSH'),
  set: members('SCARD', 'SADD'),
};

const script = (type: TimeseriesType) => new Script(around(typeScripts[type]), false);

export const writeScripts: { readonly [T in TimeseriesType]: Script } = {
  count: script('count'),
  gauge: script('gauge'),
  histogram: script('histogram'),
  series: script('series'),
  set: script('set'),
};
