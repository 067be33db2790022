const last = new WeakMap<WeakKey, Promise<unknown>>();

/** Runs work on an object after all earlier work on it has ended, successfully or not. */
export function inTurn<R>(on: WeakKey, work: () => Promise<R>): Promise<R> {
  const turn = (last.get(on) ?? Promise.resolve()).then(work, work);
  last.set(on, turn);
  return turn;
}
