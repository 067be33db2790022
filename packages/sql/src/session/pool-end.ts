/** How long a server may take to see a pool off. */
const END_MILLISECONDS = 2000;

/** The socket of a connection, as far as ending it goes. */
export interface Socket {
  destroy(): unknown;
  unref?(): unknown;
}

/** Waits for a pool to end. A server that does not answer is not waited for, nor does it keep the process alive. */
export async function endPool(ending: Promise<unknown>, sockets: Iterable<Socket>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_MILLISECONDS).unref();
  });
  try {
    await Promise.race([ending, late]);
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) {
      socket.unref?.();
      setTimeout(() => socket.destroy(), END_MILLISECONDS).unref();
    }
  }
}
