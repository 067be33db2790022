/** The nodes of a cluster. Each fault hits another one. */
export function inTurn(nodes) {
  let turn = 0;
  const next = () => nodes[++turn % nodes.length];
  let away;
  return {
    async kill() {
      away = next();
      await away.kill();
    },
    restart: () => away.restart(),
    async pause() {
      away = next();
      await away.pause();
    },
    resume: () => away.resume(),
  };
}
