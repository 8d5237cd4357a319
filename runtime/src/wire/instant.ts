/**
 * Times as Java's `Instant.toString` writes them: UTC, the fraction left out when it is zero, otherwise in three, six or nine digits.
 */
const NANOS = 1_000_000_000n;

let lastSecond = NaN;
let lastText = '';

/** `nanos` since the Unix epoch (a signed 64-bit value in Java), e.g. `2026-11-24T08:18:01.398058768Z`. */
export function instantText(nanos: bigint): string {
  const signed = BigInt.asIntN(64, nanos);
  let seconds = signed / NANOS;
  let fraction = Number(signed % NANOS);
  if (fraction < 0) {
    fraction += 1e9;
    seconds -= 1n;
  }
  const second = Number(seconds);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, -5); // 1677 to 2262: always four-digit years
  }
  if (fraction === 0) return `${lastText}Z`;
  const digits = String(fraction).padStart(9, '0');
  return `${lastText}.${digits.slice(0, digits.endsWith('000000') ? 3 : digits.endsWith('000') ? 6 : 9)}Z`;
}
