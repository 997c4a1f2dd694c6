// Whether a number in a JSON text survives being read as a double (IEEE 754 binary64), digit for digit.

/** A JSON number (RFC 8259 §6): sign apart, its integer digits, fraction digits and exponent. */
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Whether the double nearest to `source` is written with the same significant digits: true for `0.1`, `1.50` and
 * `1e22`, false for `12345678901234567890`, `1e400` and `0.1000000000000000055`.
 */
export function isExactNumber(source: string): boolean {
  const double = Number(source);
  return Number.isFinite(double) && digitsOf(source) === digitsOf(String(double));
}

/** `1.50` and `15e-1` → `15e-1`: the digits without zeros at either end, and the power of ten of the last. */
function digitsOf(source: string): string {
  const [, integer = '', fraction = '', exponent = '0'] = NUMBER.exec(source) ?? [];
  const digits = integer + fraction;
  // A loop and not /0+$/, which takes quadratic time on long runs of zeros that end otherwise.
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  const significant = digits.slice(0, end).replace(/^0+/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + (digits.length - end)}`;
}
