import { LAYOUT_VERSION } from '../layout.js';
import { Script } from '../script.js';

/** Reads the record. Declared as writing, so that a client that reads from replicas, which lag, asks the master. */
export const readRecordScript = new Script(`return redis.call('GET', KEYS[1])`, false);

/**
 * Replaces the intervals of the record if they are still as expected. `''` stands for no record; then the new
 * record begins the life given last. Returns the resulting record, or nothing.
 */
export const writeRecordScript = new Script(
  `
local stored, life, intervals = redis.call('GET', KEYS[1]), ARGV[3], ''
if stored then
  life, intervals = string.match(stored, '^{"layout":${LAYOUT_VERSION},"life":"([%w_-]*)","intervals":(.*)}$')
end
if intervals ~= ARGV[1] then return false end
local record = '{"layout":${LAYOUT_VERSION},"life":"' .. life .. '","intervals":' .. ARGV[2] .. '}'
redis.call('SET', KEYS[1], record)
return record
`,
  false,
);

/** Copies the record to a place that has none, or an older state of the same life. */
export const copyRecordScript = new Script(
  `
local life = '^{"layout":${LAYOUT_VERSION},"life":"([%w_-]*)"'
local stored = redis.call('GET', KEYS[1])
if not stored or string.match(stored, life) == string.match(ARGV[1], life) then
  redis.call('SET', KEYS[1], ARGV[1])
end
return 1
`,
  false,
);

/** Restores the record if there is none. Returns the resulting record. */
export const restoreRecordScript = new Script(
  `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
`,
  false,
);

export const removeRecordScript = new Script(`return redis.call('UNLINK', KEYS[1])`, false);
