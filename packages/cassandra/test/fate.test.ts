import { errors, types } from 'cassandra-driver';
import { lossOf, WatchedRetry } from '../src/session/fate.js';

const answer = (code: number) => new errors.ResponseError(code, 'an answer of a node');
const { responseErrorCodes: codes } = types;

describe('The fate of a write', () => {
  it.each([
    ['too few replicas', answer(codes.unavailableException)],
    ['a statement that is wrong', answer(codes.invalid)],
    ['no permission', answer(codes.unauthorized)],
    ['a node that starts', answer(codes.isBootstrapping)],
    ['no node that could be asked', new errors.NoHostAvailableError({ '127.0.0.1': 'down' }, 'none')],
    ['connections that are all in use', new errors.BusyConnectionError('127.0.0.1', 1, 1)],
    ['a value that cannot be encoded', new TypeError('not a bigint')],
    [
      'a socket that closed before',
      Object.assign(new Error('closed'), { isSocketError: true, requestNotWritten: true }),
    ],
  ])('is "failed" after %s', (_, error) => {
    expect(lossOf(error, new WatchedRetry())).toEqual({ fate: 'failed', error });
  });

  it.each([
    ['a timeout among the nodes', answer(codes.writeTimeout)],
    ['a failure of a replica', answer(codes.writeFailure)],
    ['an overloaded node', answer(codes.overloaded)],
    ['a server error', answer(codes.serverError)],
    ['a timeout of the client', new errors.OperationTimedOutError('late', '127.0.0.1')],
    ['a socket that closed meanwhile', Object.assign(new Error('closed'), { isSocketError: true })],
    ['anything else', 'what is this'],
  ])('is "unknown" after %s', (_, error) => {
    expect(lossOf(error, new WatchedRetry())).toEqual({ fate: 'unknown', error });
  });

  it('is "unknown" where an attempt before the last may have been applied', () => {
    const info = { query: '', executionOptions: Object.create(null), nbRetry: 0 };
    const afterSocket = new WatchedRetry();
    afterSocket.onRequestError(info, types.consistencies.quorum, new Error('closed'));
    const afterTimeout = new WatchedRetry();
    afterTimeout.onWriteTimeout(info, types.consistencies.quorum, 1, 2, 'BATCH_LOG');
    for (const retry of [afterSocket, afterTimeout]) {
      expect(lossOf(answer(codes.unavailableException), retry).fate).toBe('unknown');
    }
  });

  it.each([
    ['too few replicas', codes.unavailableException],
    ['no permission', codes.unauthorized],
    ['a node that starts', codes.isBootstrapping],
  ])('is "unknown" after %s where another node may be applying it', (_, code) => {
    expect(lossOf(answer(code), new WatchedRetry(), { speculative: true }).fate).toBe('unknown');
  });

  it('is "unknown" after too few replicas for one of several partitions', () => {
    const { unavailableException, unauthorized } = codes;
    expect(lossOf(answer(unavailableException), new WatchedRetry(), { spread: true }).fate).toBe('unknown');
    expect(lossOf(answer(unauthorized), new WatchedRetry(), { spread: true }).fate).toBe('failed');
  });

  it('is "failed" after a statement that is wrong, for every node', () => {
    expect(lossOf(answer(codes.invalid), new WatchedRetry(), { speculative: true }).fate).toBe('failed');
  });
});
