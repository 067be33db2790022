/** A server that runs as a child process. `start` starts it on the data in its folder. */
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
