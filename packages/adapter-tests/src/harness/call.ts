/** Calls a method with arguments that its types do not allow: wrong ones, or recorded ones. */
export function call(target: object, method: string, ...args: readonly unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, method), target, args);
}
