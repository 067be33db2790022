/** A number with up to six digits, as Graphite writes it into names: `0.333333`, `1e+09`. */
export function formatNumber(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(5).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const digits = String(Math.abs(power)).padStart(2, '0');
    return `${Number(mantissa)}e${power < 0 ? '-' : '+'}${digits}`;
  }
  return String(Number(value.toPrecision(6)));
}
