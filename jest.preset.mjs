import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const typescript = [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
];

/** The drivers that `with-runtime.mjs` brings, where it runs the tests: of kysely, ECMAScript modules alone. */
const drivers = process.env.KAIROS_NEWEST_DRIVERS;
const newest =
  drivers === undefined
    ? { transform: {}, moduleNameMapper: {} }
    : {
        transform: { '/kysely/dist/.+\\.js$': typescript },
        transformIgnorePatterns: ['/node_modules/(?!kysely/)'],
        moduleNameMapper: { '^(better-sqlite3|kysely)$': join(drivers, '$1') },
      };

/** One jest configuration for every package: TypeScript through swc, workspace packages from their sources. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  // Clients of servers that were killed on purpose may keep a timer; a run ends with its last test all the same.
  forceExit: true,
  reporters: ['default', fileURLToPath(new URL('scripts/lib/jest-tally.mjs', import.meta.url))],
  ...newest,
  transform: { '^.+\\.ts$': typescript, ...newest.transform },
  moduleNameMapper: {
    ...newest.moduleNameMapper,
    '^@kairos/([a-z-]+)$': fileURLToPath(new URL('packages/$1/src/index.ts', import.meta.url)),
    '^@kairos-examples/([a-z-]+)$': fileURLToPath(new URL('examples/$1/src/$1.ts', import.meta.url)),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
