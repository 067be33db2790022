import { newerDebian, runnable } from './newer-debian.mjs';

/** The programs of PostgreSQL 18: from a folder that has extensions too, or else the server alone. */
export async function postgres18(unpacked) {
  const folder = unpacked ?? (await newerDebian('postgresql-18'));
  // Extensions load each other as libraries.
  const libraries = ['../postgresql/18/lib'];
  const [initdb, postgres] = await Promise.all(
    ['initdb', 'postgres'].map((name) =>
      runnable(folder, `usr/lib/postgresql/18/bin/${name}`, { libraries }),
    ),
  );
  return { initdb, postgres };
}
