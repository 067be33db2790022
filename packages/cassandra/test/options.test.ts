import { ConfigurationError, InvalidValueError } from '@kairos/core';
import { checkOptions } from '../src/options.js';
import { parseUrl } from '../src/session/address.js';
import { valueTypes } from '../src/values/index.js';
import { ttlOf } from '../src/write/ttl.js';

describe('Options', () => {
  it.each([
    ['keyspace', 'a-b'],
    ['keyspace', ''],
    ['keyspace', 'k'.repeat(49)],
    ['keyspace', 'a"; DROP KEYSPACE b; --'],
    ['tableName', 'a.b'],
    ['tableName', ''],
    ['tableName', 't'.repeat(36)],
    ['tableName', 'täble'],
    ['tableName', 1],
    ['tableName', null],
    ['valueType', 'varchar'],
    ['valueType', '__proto__'],
    ['poolSize', 0],
    ['poolSize', 1.5],
    ['localDataCenter', ''],
    ['localDataCenter', null],
    ['readConsistency', 'QUORUM'],
    ['writeConsistency', 'any'],
    ['floatingCounts', 1],
    ['valuesPerBucket', 0],
    ['createTables', 'yes'],
    ['replication', 0],
    ['replication', {}],
    ['replication', [3]],
    ['replication', { dc1: 0 }],
    ['replication', { "dc'1": 3 }],
  ])('%s: %p is refused with an error that names it', (option, value) => {
    const check = () => checkOptions({ [option]: value }, 'count');
    expect(check).toThrow(ConfigurationError);
    expect(check).toThrow(`"${option}`);
  });

  it('floatingCounts are for counts, and counts are of numbers', () => {
    expect(() => checkOptions({ floatingCounts: true }, 'series')).toThrow('"floatingCounts"');
    expect(() => checkOptions({ valueType: 'text' }, 'count')).toThrow('"valueType"');
    expect(checkOptions({ floatingCounts: true, valueType: 'int' }, 'count').floatingCounts).toBe(true);
  });
});

describe('URLs', () => {
  it('hold contact points, a keyspace and credentials', () => {
    expect(parseUrl('cassandra://localhost:9160/stats')).toEqual({
      contactPoints: ['localhost:9160'],
      port: 9160,
      keyspace: 'stats',
      credentials: null,
    });
    expect(parseUrl('cassandra://me:p%40ss@10.0.0.1,10.0.0.2:9042,[::1]/')).toEqual({
      contactPoints: ['10.0.0.1:9042', '10.0.0.2:9042', '[::1]:9042'],
      port: 9042,
      keyspace: null,
      credentials: { username: 'me', password: 'p@ss' },
    });
    for (const url of ['cql://', 'cql:', 'cassandra:///']) {
      expect(parseUrl(url)).toMatchObject({ contactPoints: ['127.0.0.1:9042'], keyspace: null });
    }
  });

  it.each([
    'cassandra://host:port/',
    'cassandra://host:70000/',
    'cassandra://a,,b/',
    'cassandra://host/a/b',
    'cassandra://host/a?b=c',
    'cassandra://host/a-b',
    'cassandra://%@host/',
  ])('%s is refused', (url) => {
    expect(() => parseUrl(url)).toThrow(ConfigurationError);
  });
});

describe('TTLs', () => {
  const now = 1_700_000_000.5;

  it('last until the expiry, in whole seconds, at least one', () => {
    expect(ttlOf(1_700_000_060, now)).toBe(60);
    expect(ttlOf(1_600_000_000, now)).toBe(1);
    expect(ttlOf(null, now)).toBe(0);
  });

  it('are left out where Cassandra could not store the expiry', () => {
    expect(ttlOf(2_147_483_640, now)).toBe(447_483_640);
    expect(ttlOf(2_147_483_647, now)).toBe(0);
    expect(ttlOf(now + 21 * 365 * 86_400, now)).toBe(0);
  });
});

describe('Value types', () => {
  it.each([
    ['double', 1.5, 1.5],
    ['integer', -5, -5],
    ['int64', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['decimal', '0012.50', '12.5'],
    ['string', 'é\0', 'é\0'],
    ['bool', true, true],
    ['blob', new Uint8Array([0, 255, 10]), '\x00\xff\n'],
    ['inet', '192.0.2.1', '192.0.2.1'],
    ['inet', '2001:DB8:0:0::1', '2001:db8::1'],
    ['inet', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ] as const)('%s takes %p', (name, value, stored) => {
    expect(valueTypes[name].encode(value)).toBe(stored);
  });

  it.each([
    ['double', '1'],
    ['int', 1.5],
    ['long', 2n ** 63n],
    ['decimal', '1'.repeat(1001)],
    ['text', 1],
    ['boolean', 1],
    ['blob', 'abc'],
    ['inet', '300.0.0.1'],
    ['inet', 'fe80::1%eth0'],
    ['inet', 'localhost'],
  ] as const)('%s refuses %p', (name, value) => {
    expect(() => valueTypes[name].encode(value)).toThrow(InvalidValueError);
  });
});
