import { join } from 'node:path';
import { folderSize } from './folder-size.mjs';
import { request, requestJson } from './http.mjs';
import { END, PAGES, START } from './job.mjs';

/** One sample per event, under one metric per round. */
export async function victoriaMetrics() {
  const { VICTORIA_METRICS_URL: url, VICTORIA_METRICS_FOLDER: folder } = process.env;
  const version = /^vm_app_version\{.*short_version="v?([^"]+)"/m.exec(await request(`${url}/metrics`))?.[1];
  return {
    name: `VictoriaMetrics ${version ?? ''}`.trim(),
    open: async (round) => {
      const metric = `hits_${round}`;
      /** The hits of each page by interval. VictoriaMetrics names an interval by its end and excludes its start. */
      const ask = async (selector, step) => {
        const parameters = new URLSearchParams({
          query: `sum_over_time(${selector}[${step}s] offset 1s)`,
          start: START + step,
          end: END,
          step,
        });
        const answer = await requestJson(`${url}/api/v1/query_range`, { method: 'POST', body: parameters });
        return new Map(
          answer.data.result.map((series) => [
            series.metric.page,
            new Map(series.values.map(([end, hits]) => [end - step, Number(hits)])),
          ]),
        );
      };
      return {
        write: (batch) => {
          const pages = new Map();
          for (const { timestamp, page } of batch) {
            const timestamps = pages.get(page);
            if (timestamps === undefined) pages.set(page, [timestamp * 1000]);
            else timestamps.push(timestamp * 1000);
          }
          const lines = Array.from(pages, ([page, timestamps]) =>
            JSON.stringify({
              metric: { __name__: metric, page },
              values: new Array(timestamps.length).fill(1),
              timestamps,
            }),
          );
          return request(`${url}/api/v1/import`, { method: 'POST', body: lines.join('\n') });
        },
        // Without a flush, samples can be queried after a second and are on disk after five.
        settle: () => request(`${url}/internal/force_flush`),
        byMinute: async (page) => (await ask(`${metric}{page="${page}"}`, 60)).get(page) ?? new Map(),
        byHour: async () => {
          const found = await ask(metric, 3600);
          return new Map(PAGES.map((page) => [page, found.get(page) ?? new Map()]));
        },
        // All rounds share the same files.
        bytes: async () => {
          const sizes = await Promise.all(['data', 'indexdb'].map((part) => folderSize(join(folder, part))));
          return sizes.reduce((sum, size) => sum + size, 0) / (round + 1);
        },
        close: async () => {},
      };
    },
  };
}
