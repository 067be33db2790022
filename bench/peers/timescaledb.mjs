import pg from 'pg';
import { END, PAGES, START } from './job.mjs';

const SINCE = [START, END];

/** Raw rows in a hypertable, in one database per round. */
export async function timescaledb() {
  const source = process.env.TIMESCALEDB_URL;
  const pool = new pg.Pool({ connectionString: source });
  await pool.query('create extension if not exists timescaledb');
  const { rows } = await pool.query("select extversion from pg_extension where extname = 'timescaledb'");
  return {
    name: `TimescaleDB ${rows[0].extversion}`,
    open: async (round) => {
      const table = `hits_${round}`;
      await pool.query(`create table ${table} (time timestamptz not null, page text not null)`);
      await pool.query(`select create_hypertable('${table}', by_range('time'))`);
      await pool.query(`create index on ${table} (page, time desc)`);
      const range = 'time >= to_timestamp($1) and time < to_timestamp($2)';
      return {
        write: (batch) =>
          pool.query(
            `insert into ${table} select to_timestamp(time), page from unnest($1::float8[], $2::text[]) as event (time, page)`,
            [batch.map(({ timestamp }) => timestamp), batch.map(({ page }) => page)],
          ),
        byMinute: async (page) => {
          const answer = await pool.query(
            `select extract(epoch from minute)::float8 as start, hits from (
              select time_bucket('1 minute', time) as minute, count(*)::int as hits
              from ${table} where ${range} and page = $3 group by minute
            ) as minutes order by minute`,
            [...SINCE, page],
          );
          return new Map(answer.rows.map(({ start, hits }) => [start, hits]));
        },
        byHour: async () => {
          const answer = await pool.query(
            `select extract(epoch from hour)::float8 as start, page, hits from (
              select time_bucket('1 hour', time) as hour, page, count(*)::int as hits
              from ${table} where ${range} group by hour, page
            ) as hours order by page, hour`,
            SINCE,
          );
          const pages = new Map(PAGES.map((page) => [page, new Map()]));
          for (const { start, page, hits } of answer.rows) pages.get(page).set(start, hits);
          return pages;
        },
        bytes: async () => {
          const size = await pool.query(`select hypertable_size('${table}') as bytes`);
          return Number(size.rows[0].bytes);
        },
        close: () => pool.query(`drop table ${table}`),
      };
    },
    close: () => pool.end(),
  };
}
