import type { FragileWay } from '../options.js';
import { FaultyProxy } from './faulty-proxy.js';

/**
 * Opens a way to the server of a URL through a `FaultyProxy`. Use it for `fragile` of a factory whose source is a URL.
 *
 * @example
 * ```ts
 * const factory = { fragile: () => wayThrough(process.env.REDIS_URL ?? ''), … };
 * ```
 */
export async function wayThrough(url: string): Promise<FragileWay & { readonly proxy: FaultyProxy }> {
  const { hostname, port } = new URL(url);
  const proxy = await FaultyProxy.before({ host: hostname, port: Number(port) });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  return { proxy, source: through.href, cut: () => proxy.cut(), close: () => proxy.close() };
}
