import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { UsageError } from '../exit-codes.js';

/** An address to listen on. */
export interface Address {
  /** An IP address. */
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
}

/**
 * Parses `2003`, `:2003`, `0.0.0.0:2003`, `[::1]:2003` or `localhost:2003`. The default host is 127.0.0.1.
 */
export async function parseAddress(text: string, option: string): Promise<Address> {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new UsageError(
      `Option --${option} is "${text}"; expected a port, or an address with one, such as 127.0.0.1:8080`,
    );
  }
  return {
    host: await ipOf(bracketed ?? (plain === undefined || plain === '' ? '127.0.0.1' : plain), option),
    port,
  };
}

/** Whether only programs on this machine can reach a host. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^::ffff:/, '');
  return isIPv6(plain) ? /^(?:0*:)+0*1$/.test(plain) : /^127\.\d+\.\d+\.\d+$/.test(plain);
}

/** Formats an address for a URL: `[::1]:8080`. */
export function written({ host, port }: Address): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

async function ipOf(host: string, option: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new UsageError(`Option --${option} names the host "${host}", which has no address`, { cause });
  }
}
