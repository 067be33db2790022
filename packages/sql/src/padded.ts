/**
 * Pads a list to a power of two with copies of its last item. Asking for an item twice changes nothing, and
 * fewer different statements are needed.
 */
export function padded<V>(items: readonly V[], limit: number): readonly V[] {
  const last = items.at(-1);
  if (last === undefined) return items;
  const length = Math.min(limit, 2 ** Math.ceil(Math.log2(items.length)));
  return [...items, ...Array<V>(length - items.length).fill(last)];
}
