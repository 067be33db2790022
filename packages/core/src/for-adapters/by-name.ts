/** Divides writes, or objects made from them, by name. Those of one name must be adjacent, as an adapter gets them. */
export function* byName<W extends { readonly name: string }>(writes: Iterable<W>): Generator<W[]> {
  let named: W[] = [];
  for (const write of writes) {
    if (named.length > 0 && named[0]?.name !== write.name) {
      yield named;
      named = [];
    }
    named.push(write);
  }
  if (named.length > 0) yield named;
}
