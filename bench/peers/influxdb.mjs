import { join } from 'node:path';
import { folderSize } from './folder-size.mjs';
import { request, requestJson } from './http.mjs';
import { END, PAGES, START } from './job.mjs';

/** One point per event, in one database per round. */
export async function influxdb() {
  const { INFLUXDB_URL: url, INFLUXDB_FOLDER: folder } = process.env;
  const { headers } = await fetch(`${url}/ping`);
  return {
    name: `InfluxDB ${headers.get('x-influxdb-version').split('~')[0]}`,
    open: async (round) => {
      const database = `hits_${round}`;
      const ask = async (query) => {
        const parameters = new URLSearchParams({ db: database, epoch: 's', q: query });
        const { results } = await requestJson(`${url}/query`, { method: 'POST', body: parameters });
        if (results[0].error !== undefined) throw new Error(results[0].error);
        return results[0].series ?? [];
      };
      await ask(`create database ${database}`);
      const range = `time >= ${START}s and time < ${END}s`;
      const hitsOf = (series) => new Map(series?.values.map(([start, hits]) => [start, hits]));
      return {
        write: (batch) =>
          request(`${url}/write?db=${database}&precision=s`, {
            method: 'POST',
            body: batch.map(({ timestamp, page }) => `hits,page=${page} value=1i ${timestamp}`).join('\n'),
          }),
        byMinute: async (page) => {
          const [series] = await ask(
            `select sum(value) from hits where page = '${page}' and ${range} group by time(1m) fill(none)`,
          );
          return hitsOf(series);
        },
        byHour: async () => {
          const found = await ask(
            `select sum(value) from hits where ${range} group by time(1h), page fill(none)`,
          );
          const pages = new Map(PAGES.map((page) => [page, new Map()]));
          for (const series of found) pages.set(series.tags.page, hitsOf(series));
          return pages;
        },
        bytes: async () => {
          const sizes = ['data', 'wal'].map((part) => folderSize(join(folder, part, database)));
          return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
        },
        close: () => ask(`drop database ${database}`),
      };
    },
  };
}
