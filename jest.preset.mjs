import { fileURLToPath } from 'node:url';

/** One jest configuration for every package: TypeScript through swc, workspace packages from their sources. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  reporters: ['default', fileURLToPath(new URL('scripts/lib/jest-tally.mjs', import.meta.url))],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
    // From 0.29 on, Kysely is ECMAScript modules alone, which jest cannot require before Node 24.9.
    '/kysely/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!\\.pnpm/kysely@|kysely/)'],
  moduleNameMapper: {
    '^@kairos/([a-z-]+)$': fileURLToPath(new URL('packages/$1/src/index.ts', import.meta.url)),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
