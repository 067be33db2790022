import { newerDebian, runnable } from './newer-debian.mjs';

/** The programs of PostgreSQL 18, those of a folder of packages that has more than the server, or the server's alone. */
export async function postgres18(unpacked) {
  const folder = unpacked ?? (await newerDebian('postgresql-18'));
  // Extensions are libraries to one another.
  const libraries = ['../postgresql/18/lib'];
  const [initdb, postgres] = await Promise.all(
    ['initdb', 'postgres'].map((name) =>
      runnable(folder, `usr/lib/postgresql/18/bin/${name}`, { libraries }),
    ),
  );
  return { initdb, postgres };
}
