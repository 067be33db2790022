/** Clean-ups to run if the run is interrupted: they stop servers and end writers. */
const pending = new Set();

/** Runs work, then `cleanUp`. If the process is told to end meanwhile, `cleanUp` runs before it ends. */
export async function withCleanUp(cleanUp, work) {
  pending.add(cleanUp);
  try {
    return await work();
  } finally {
    pending.delete(cleanUp);
    await cleanUp();
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    // In reverse order: the last one added runs first.
    for (const cleanUp of [...pending].reverse()) await cleanUp().catch(console.error);
    process.exit(1);
  });
}
