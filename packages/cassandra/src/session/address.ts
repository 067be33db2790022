import { ConfigurationError, describeValue } from '@kairos/core';
import { checkKeyspace } from '../options.js';

const DEFAULT_PORT = 9042;

/** The parts of a connection URL. */
export interface Address {
  readonly contactPoints: string[];
  readonly port: number;
  readonly keyspace: string | null;
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/**
 * Parses `cassandra://user:password@host:port,host:port/keyspace`, or the same with `cql:`. User, password, port and
 * keyspace are optional. The default host is 127.0.0.1.
 */
export function parseUrl(url: string): Address {
  const [, user, hosts = '', path = '', rest] =
    /^[a-z]+:(?:\/\/(?:([^@/]*)@)?([^/?#]*))?(?:\/([^?#]*))?([?#].*)?$/i.exec(url) ?? [];
  if (rest !== undefined || path.includes('/')) {
    throw new ConfigurationError(
      'The URL has more than hosts and a keyspace; expected cassandra://host:port,host/keyspace, and all else as options',
    );
  }
  const contactPoints: string[] = [];
  const ports = new Set<number>();
  for (const host of hosts === '' ? ['127.0.0.1'] : hosts.split(',')) {
    const [, name, digits] = /^(\[[\da-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
    const port = digits === undefined ? DEFAULT_PORT : Number(digits);
    if (name === undefined || port < 1 || port > 65_535) {
      throw new ConfigurationError(
        `The URL has the host ${describeValue(host)}; expected a name or an address, with or without a port`,
      );
    }
    ports.add(port);
    contactPoints.push(`${name}:${port}`);
  }
  const [port = DEFAULT_PORT] = ports;
  return {
    contactPoints,
    port: ports.size === 1 ? port : DEFAULT_PORT,
    keyspace: path === '' ? null : checkKeyspace(decoded(path), 'The keyspace of the URL'),
    credentials: user === undefined ? null : credentialsOf(user),
  };
}

function credentialsOf(user: string) {
  const colon = user.indexOf(':');
  return {
    username: decoded(colon < 0 ? user : user.slice(0, colon)),
    password: decoded(colon < 0 ? '' : user.slice(colon + 1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigurationError('The URL has a "%" that encodes nothing; expected it written as %25');
  }
}
