/** A share for people: `94%`, `0.017%`. */
export function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration as it is written in a rule, in the largest unit that keeps it whole; rounded up: `90s`, `30m`, `6h`. */
export function durationAsWritten(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => ms % each === 0) ?? UNITS[UNITS.length - 1];
  return ms < 1000 ? `${Math.ceil(ms)}ms` : `${Math.ceil(ms / length)}${unit}`;
}
