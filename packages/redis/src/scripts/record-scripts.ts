import { Script } from '../script.js';

/** Reads the record. As a script that might write: a client that reads from replicas, which lag, asks the master. */
export const readRecordScript = new Script(`return redis.call('GET', KEYS[1])`, false);

/** Replaces the record if it still is what is expected; `''` stands for none. Returns whether it was. */
export const writeRecordScript = new Script(
  `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`,
  false,
);
