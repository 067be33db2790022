import { settlesWithin } from '@kairos/core';

/** How long a pool may take to end. */
const END_MILLISECONDS = 2000;

/** The part of a connection's socket that is needed to close it. */
export interface Socket {
  destroy(): unknown;
  unref?(): unknown;
}

/**
 * Waits for a pool to end, but only briefly if the server does not answer. It never keeps the process alive.
 */
export async function endPool(ending: Promise<unknown>, sockets: Iterable<Socket>): Promise<void> {
  try {
    await settlesWithin(END_MILLISECONDS, ending);
  } finally {
    for (const socket of sockets) {
      socket.unref?.();
      setTimeout(() => socket.destroy(), END_MILLISECONDS).unref();
    }
  }
}
