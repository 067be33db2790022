const TICK_MILLISECONDS = 5;

/** Returns the longest delay of a timer during `work`, in milliseconds. */
export async function lagDuring(work) {
  let worst = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    worst = Math.max(worst, now - last - TICK_MILLISECONDS);
    last = now;
  };
  const timer = setInterval(look, TICK_MILLISECONDS);
  await work();
  clearInterval(timer);
  look();
  return worst;
}
