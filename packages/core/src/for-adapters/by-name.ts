/** Parts writes, or what is made of them, by their names. An adapter gets those of one name together. */
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
