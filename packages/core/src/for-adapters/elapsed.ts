let total = 0;
let monotonic = performance.now();
let wall = Date.now();

/**
 * A clock in milliseconds that never goes back. It follows whichever of two clocks has advanced further, because one
 * stops while the machine is suspended and the other may be set back.
 */
export function elapsed(): number {
  const [steady, set] = [performance.now(), Date.now()];
  total += Math.max(0, steady - monotonic, set - wall);
  [monotonic, wall] = [steady, set];
  return total;
}
