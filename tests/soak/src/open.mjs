import { Kairos } from '@kairos/core';
import { INTERVALS, TYPES } from './events.mjs';
import { storeCalled } from './stores/index.mjs';

/** Opens timeseries of all five types in the store at an address. `close` closes them and their client. */
export async function openAll(name, address) {
  const store = await storeCalled(name);
  const { backend, source, options = {}, close = async () => {} } = await store.connect(address);
  const kairos = new Kairos([backend]);
  const opened = {};
  const closeAll = async () => {
    await Promise.all(Object.values(opened).map((timeseries) => timeseries.close()));
    await close(source);
  };
  try {
    for (const type of TYPES) {
      opened[type] = await kairos.timeseries(source, { ...options, type, intervals: INTERVALS });
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  return { opened, close: closeAll };
}
