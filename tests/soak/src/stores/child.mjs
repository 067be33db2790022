/** A server that is a child of this process: `start` starts it on what is in its folder. */
export async function child(start) {
  let running = await start();
  return {
    kill: () => running.stop('SIGKILL'),
    async restart() {
      running = await start();
    },
    async pause() {
      running.process.kill('SIGSTOP');
    },
    async resume() {
      running.process.kill('SIGCONT');
    },
    stop: () => running.stop('SIGKILL'),
  };
}
