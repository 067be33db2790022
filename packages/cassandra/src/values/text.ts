import { isIP } from 'node:net';
import { bytesOf, invalidValue, isBytes, storeBoolean, storeBytes, storeText } from '@kairos/core';
import { types } from 'cassandra-driver';
import type { ValueType } from './value-type.js';

export const text: ValueType = {
  cql: 'text',
  numeric: false,
  encode: (value) => storeText(value),
  bytes: (stored) => Buffer.byteLength(String(stored)),
  toColumn: (stored) => stored,
  fromColumn: (column) => String(column),
};

export const boolean: ValueType = {
  cql: 'boolean',
  numeric: false,
  encode: storeBoolean,
  toColumn: (stored) => stored,
  fromColumn: (column) => column === true,
};

export const blob: ValueType = {
  cql: 'blob',
  numeric: false,
  encode: storeBytes,
  // One character for each byte.
  bytes: (stored) => String(stored).length,
  toColumn: (stored) => bytesOf(String(stored)),
  fromColumn: (column) => {
    if (!isBytes(column)) throw new TypeError('A blob column did not hold bytes');
    return new Uint8Array(column);
  },
};

/** Stores the shortest form of an address, so that all forms of one address are one value. */
export const inet: ValueType = {
  cql: 'inet',
  numeric: false,
  encode: (value) => {
    if (typeof value === 'string' && !value.includes('%')) {
      if (isIP(value) === 4) return value;
      // The driver does not read all forms of IPv6 addresses. `URL` turns each into one that it reads.
      if (isIP(value) === 6) {
        const { hostname } = new URL(`http://[${value}]`);
        return types.InetAddress.fromString(hostname.slice(1, -1)).toString();
      }
    }
    throw invalidValue(value, 'an IPv4 or IPv6 address such as "192.0.2.1", as the valueType is "inet"');
  },
  toColumn: (stored) => stored,
  fromColumn: (column) => String(column),
};
