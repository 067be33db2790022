let total = 0;
let monotonic = performance.now();
let wall = Date.now();

/**
 * A clock in milliseconds that only goes on, by whichever of two others has gone further: one of them stands still
 * while the machine is suspended, and the other may be set back.
 */
export function elapsed(): number {
  const [steady, set] = [performance.now(), Date.now()];
  total += Math.max(0, steady - monotonic, set - wall);
  [monotonic, wall] = [steady, set];
  return total;
}
