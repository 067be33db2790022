/** The program of a child process: opens timeseries with another module's factory, writes on a signal, and ends. */
import { isError, Kairos } from '@kairos/core';
import type { TestTimeseries } from '../harness/store-under-test.js';
import type { StoreFactory } from '../options.js';
import type { Opening, Report, Task, TaskInsert } from './task.js';

function tell(report: Report): void {
  process.send?.(JSON.stringify(report));
}

function nextMessage(): Promise<string> {
  return new Promise((resolve) => process.once('message', (message) => resolve(String(message))));
}

async function loadFactory({ module, export: name }: Task): Promise<StoreFactory> {
  const loaded: { readonly [name: string]: unknown } = await import(module);
  const factory = loaded[name];
  if (!isFactory(factory)) {
    throw new Error(`${module} exports no "${name}" with backend, source and options; see ProcessFactory`);
  }
  return factory;
}

function isFactory(value: unknown): value is StoreFactory {
  return (
    typeof value === 'object' &&
    value !== null &&
    'backend' in value &&
    'source' in value &&
    'options' in value
  );
}

async function write(timeseries: TestTimeseries, inserts: readonly TaskInsert[]): Promise<void> {
  for (const { name, values, timestamp, bulk } of inserts) {
    if (bulk) await timeseries.bulkInsert(new Map([[timestamp, { [name]: values }]]));
    else await timeseries.insert(name, values, { timestamp });
  }
}

async function work(task: Task): Promise<void> {
  const factory = await loadFactory(task);
  const source = await factory.source();
  const kairos = new Kairos([factory.backend]);
  const open = ({ type, intervals, namespace }: Opening) =>
    kairos.timeseries(source, { ...factory.options(namespace), type, intervals });
  const openAll = () => Promise.all(task.openings.map(open));
  const early = task.opensOnGo ? undefined : await openAll();
  const go = nextMessage();
  tell({ ready: true });
  await go;
  const opened = early ?? (await openAll());
  await Promise.all(opened.map((timeseries) => write(timeseries, task.inserts)));
  for (const timeseries of opened) await timeseries.close();
  await factory.close?.(source);
}

try {
  await work(JSON.parse(await nextMessage()));
  tell({ done: true });
} catch (error) {
  tell({ failed: isError(error) ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
}
// The process must now end by itself; it cannot if the adapter left a timer or connection behind.
process.disconnect?.();
