/** What is to be done where a run is broken off: servers are stopped, writers are ended. */
const pending = new Set();

/** Runs some work; where the process is told to end meanwhile, `cleanUp` is called first, as after the work. */
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
    // The last that was begun is the first to be ended.
    for (const cleanUp of [...pending].reverse()) await cleanUp().catch(console.error);
    process.exit(1);
  });
}
