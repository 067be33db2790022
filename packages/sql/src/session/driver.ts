import { ConfigurationError, isError } from '@kairos/core';
import type Database from 'better-sqlite3';

/*
 * Loads drivers on first use; a program installs only the one it needs. Each import has its own `try`, which
 * tells bundlers that the module may be missing.
 */

export async function loadBetterSqlite(): Promise<typeof Database> {
  try {
    return (await import('better-sqlite3')).default;
  } catch (error) {
    throw unloadable('better-sqlite3', error);
  }
}

export async function loadPg() {
  try {
    return (await import('pg')).default;
  } catch (error) {
    throw unloadable('pg', error);
  }
}

export async function loadMysql() {
  try {
    return (await import('mysql2')).default;
  } catch (error) {
    throw unloadable('mysql2', error);
  }
}

function unloadable(name: string, error: unknown): unknown {
  if (!isMissing(error)) return error;
  return new ConfigurationError(
    `The driver "${name}" cannot be loaded; expected it to be installed: npm install ${name}`,
    { cause: error },
  );
}

function isMissing(error: unknown): boolean {
  if (!isError(error)) return false;
  // The error that Vite puts into a bundle has no code.
  return 'code' in error
    ? /MODULE_NOT_FOUND/.test(String(error.code))
    : error.message.startsWith('Could not resolve');
}
