/** Names and values that a store, or the code before it, may mistake for something else. */

const sql = [
  "'; DROP TABLE kairos_count; --",
  "' OR '1'='1",
  '" OR ""="',
  "') ON CONFLICT DO NOTHING; --",
  '1; SELECT pg_sleep(10)',
  "' UNION SELECT name FROM kairos_records --",
  "x'); DELETE FROM kairos_series WHERE ('a'='a",
  "\\'; TRUNCATE kairos_set; --",
  '`; drop database kairos; #',
  '/*!50000 select sleep(9) */',
  '$$; drop table kairos_gauge; $$',
  "E'\\x27'",
  '$1',
  '?',
  ':name',
  '@variable',
  "' || (select version()) || '",
  '%',
  '_%',
  "like '%'",
  "a' collate nocase --",
];

const cql = [
  "'; TRUNCATE kairos_names; --",
  "' ALLOW FILTERING; --",
  "'; DROP KEYSPACE soak; --",
  "x' USING TTL 1 --",
  "') IF NOT EXISTS --",
  "' AND token(name) > 0 --",
  '0x00',
  '$$name$$',
];

const redis = [
  '\r\nFLUSHALL\r\n',
  '*1\r\n$8\r\nFLUSHALL\r\n',
  "'); redis.call('FLUSHALL'); --",
  '"..redis.call("flushall").."',
  'kairos:count:record',
  '{d0}',
  'a}{b',
  '*',
  'h?llo',
  'h[ae]llo',
  '%s%n',
  ']]; return 1 --[[',
  ':d0:home',
  'month/202311:home',
  '27+1',
];

const mongo = [
  '{"$gt":""}',
  '{"$where":"sleep(9000)"}',
  '$ne',
  '$where',
  '$set.name',
  'a.$[].b',
  'name.$',
  '.',
  'a..b',
  '"}); db.dropDatabase(); ({"',
  '$$ROOT',
  '["home","minute",0]',
  'sha256:0000',
  'ObjectId("000000000000000000000000")',
];

const code = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'then',
  '#{7*7}',
  '{{7*7}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  'true',
  '0',
  '-0',
  '007',
  '1e3',
  "'1",
  '-1',
  '9007199254740993',
  '[]',
  '{}',
  ' ',
  'a ',
  ' a',
  'a\t',
  '\n',
  '\u007f',
  '\u0001',
  '\u200b',
  '\ufeffa',
  '\u202ea',
  'é',
  'e\u0301',
  'ß',
  'SS',
  'İ',
  'i',
  'I',
  '\ud83d\ude00',
  '\u{10ffff}',
  '\uffff',
  '\ufffd',
  '日本語',
  'a'.repeat(255),
  'a'.repeat(256),
  `${'a'.repeat(255)}b`,
  'x'.repeat(10_240),
  '\ud83d\ude00'.repeat(70),
];

export const injections = [...sql, ...cql, ...redis, ...mongo, ...code];

/** Only some stores can hold these. */
export const withNul = ['\0', 'a\0', '\0a', 'a\0b'];

/** Malformed text: halves of surrogate pairs. */
export const malformed = ['\ud800', 'a\udfff', '\udc00\ud800'];

export const edgeNumbers = [
  0, -0, 1, -1, 0.5, 0.1, 0.30000000000000004, 1e-7, 2_147_483_647, 2_147_483_648, -2_147_483_649,
  4_294_967_296, 9_007_199_254_740_991, -9_007_199_254_740_991, 9_007_199_254_740_992, 1e21, 1.5e300,
  1.7976931348623157e308, 2.2250738585072014e-308, 5e-324,
];

/** Never a valid value, name, timestamp or number of copies. */
export const rubbish = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  undefined,
  null,
  {},
  Symbol('s'),
  10n,
  () => 1,
  new Date(Number.NaN),
];
