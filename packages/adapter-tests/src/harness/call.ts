/** Calls a method with arguments that its types do not know: wrong ones, or those of recorded data. */
export function call(target: object, method: string, ...args: readonly unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, method), target, args);
}
