import fc from 'fast-check';

/** Runs in CI; more with FUZZ_RUNS=100000. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 100);
/** The same bodies every time; others with FUZZ_SEED. */
const SEED = Number(process.env.FUZZ_SEED ?? 20261124);

/** Calls `check` with that many values, and says seed and the smallest failing value when one fails. */
export async function fuzz<T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, check), { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 1000 });
}

/**
 * Bodies that were good once: cut off, with bits flipped, with bytes overwritten, put in or left out, with a piece
 * doubled, or with one piece of another in them.
 */
export function damaged(whole: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: share }),
    fc.record({ kind: fc.constant('flip' as const), at: share, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('put' as const), at: share, bytes: fc.uint8Array({ maxLength: 12 }) }),
    fc.record({ kind: fc.constant('write' as const), at: share, bytes: fc.uint8Array({ maxLength: 12 }) }),
    fc.record({ kind: fc.constant('leave' as const), at: share, length: fc.nat(12) }),
    fc.record({ kind: fc.constant('double' as const), at: share, length: fc.nat(200) }),
  );
  return fc.tuple(whole, fc.array(damage, { minLength: 1, maxLength: 4 })).map(([body, damages]) => {
    let result = body;
    for (const each of damages) {
      const at = Math.floor(each.at * result.length);
      const before = result.subarray(0, at);
      const after = result.subarray(at);
      if (each.kind === 'cut') result = before;
      else if (each.kind === 'flip') {
        result = Buffer.from(result);
        if (at < result.length) result[at] ^= 1 << each.bit;
      } else if (each.kind === 'put') result = Buffer.concat([before, each.bytes, after]);
      else if (each.kind === 'write') {
        result = Buffer.concat([before, each.bytes, after.subarray(each.bytes.length)]);
      } else if (each.kind === 'leave') result = Buffer.concat([before, after.subarray(each.length)]);
      else result = Buffer.concat([before, after.subarray(0, each.length), after]);
    }
    return result;
  });
}

/** Resident memory of this process after a collection, in MiB. Needs nothing: without --expose-gc it is only an upper bound. */
export function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}
