import { MemoryStore, memory } from '@kairos/adapter-tests';
import { InvalidValueError, storeAmount, storeScalar } from '@kairos/core';

/**
 * The reference backend. It refuses what the tested store has to refuse by its declared capabilities: values
 * of another kind, fractions in counts, NUL, and `expire` if the store itself expires data.
 */
export function reference({ kind, capabilities, most }) {
  const store = new MemoryStore();
  const { fractionalCounts, nul, expiry, anyRange } = capabilities;
  const open = async (request) => {
    const adapter = await memory.open({ ...request, options: {} });
    return {
      capabilities: { ...adapter.capabilities, fractionalCounts, nul, expiry, anyRange },
      encode: (value) => encode(request.type, value),
      write: (writes, options) => adapter.write(writes, options),
      read: ({ fold: _, ...query }, fetch) => adapter.read(query, fetch),
      list: (retention) => adapter.list(retention),
      bounds: (names, retention) => adapter.bounds(names, retention),
      delete: (name) => adapter.delete(name),
      deleteAll: () => adapter.deleteAll(),
      expire: (name, retention) => adapter.expire(name, retention),
      readRecord: () => adapter.readRecord(),
      writeRecord: (text, expected) => adapter.writeRecord(text, expected),
      close: () => adapter.close(),
    };
  };

  function encode(type, value) {
    if (type === 'count') return wholeWhere(!fractionalCounts, storeAmount(value));
    const stored = storeScalar(value);
    if (kind !== 'any' && typeof stored !== (kind === 'text' ? 'string' : 'number'))
      refuse('of another kind');
    if (!nul && typeof stored === 'string' && stored.includes('\0')) refuse('with NUL');
    if (typeof stored === 'string' && Buffer.byteLength(stored) > most) refuse('too long');
    return stored;
  }

  return { backend: { ...memory, name: 'reference', options: [], open }, store };
}

function wholeWhere(needed, amount) {
  if (needed && !Number.isSafeInteger(amount)) refuse('no whole number');
  return amount;
}

function refuse(why) {
  throw new InvalidValueError(`The value is ${why}`);
}
