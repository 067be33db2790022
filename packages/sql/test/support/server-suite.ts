import { join } from 'node:path';
import { conformance, wayThrough } from '@kairos/adapter-tests';
import { sql } from '@kairos/sql';
import { dropTables, refuseBucket, type Server } from './servers.js';
import { valueTypeTests } from './values.js';

/** The tests that every server must pass. */
export function serverSuite(server: Server, factory: string): void {
  conformance({
    name: server.name,
    test: { describe, it, beforeAll, afterAll },
    factory: {
      backend: sql,
      source: () => server.pool(),
      close: async (pool) => {
        if (typeof pool === 'object' && 'end' in pool && typeof pool.end === 'function') await pool.end();
      },
      options: (namespace) => ({ tableName: namespace }),
      values: { text: { valueType: 'text' } },
      process: { module: join(__dirname, '../factory.mjs'), export: factory },
      fragile: () => wayThrough(server.url),
      failing: (target) => refuseBucket(server, target),
      drop: (namespaces) => dropTables(server, namespaces),
    },
  });

  const namespace = `values_${Date.now().toString(36)}`;
  valueTypeTests(() => server.url, namespace, server.nul);
}
