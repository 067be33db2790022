import { fileURLToPath } from 'node:url';

/** One jest configuration for every package: TypeScript through swc, workspace packages from their sources. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  // Clients of servers that were killed on purpose may keep a timer; a run ends with its last test all the same.
  forceExit: true,
  reporters: ['default', fileURLToPath(new URL('scripts/lib/jest-tally.mjs', import.meta.url))],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^@kairos/([a-z-]+)$': fileURLToPath(new URL('packages/$1/src/index.ts', import.meta.url)),
    '^@kairos-examples/([a-z-]+)$': fileURLToPath(new URL('examples/$1/src/$1.ts', import.meta.url)),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
