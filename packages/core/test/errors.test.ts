import {
  BulkInsertError,
  ConfigurationError,
  InvalidValueError,
  KairosError,
  StorageError,
} from '../src/errors.js';

describe('An error', () => {
  it('has the name of its class, a stable code and the cause', () => {
    const cause = new Error('socket closed');
    const error = new StorageError('The write failed', { cause });
    expect(error).toMatchObject({ name: 'StorageError', code: 'KAIROS_STORAGE', cause });
  });

  it('is told from others by instanceof', () => {
    const error = new ConfigurationError('bad');
    expect(
      error instanceof ConfigurationError && error instanceof KairosError && error instanceof Error,
    ).toBe(true);
    expect(error instanceof InvalidValueError).toBe(false);
    expect(new Error('bad') instanceof KairosError).toBe(false);
    expect(Object.create(null) instanceof KairosError).toBe(false);
  });

  it('of a subclass of a user is told from its base', () => {
    class Own extends StorageError {}
    expect(new Own('own') instanceof StorageError && new Own('own') instanceof Own).toBe(true);
    expect(new StorageError('base') instanceof Own).toBe(false);
  });

  it('is recognised across two copies of the package', async () => {
    jest.resetModules();
    const copy = await import('../src/errors.js');
    expect(copy.StorageError).not.toBe(StorageError);
    const error = new copy.BulkInsertError('part', {
      failed: new Map(),
      unknown: new Map(),
      applied: new Map(),
    });
    expect(error instanceof BulkInsertError && error instanceof KairosError).toBe(true);
    expect(error instanceof StorageError).toBe(false);
  });
});
