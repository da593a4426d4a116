/** How long a segment of a series is; undefined for "as long as the node sends". */
export type Length = { readonly samples: number } | { readonly ms: number } | undefined;

/** How a segment gets from its first value to its last. */
export type Bend = 'straight' | 'saturating' | 'accelerating';

/** Values one after the other: a constant, steps of one size, or a way to another value. */
export interface Values {
  readonly kind: 'values';
  /** Undefined goes on from the last value of the segment before. */
  readonly from: number | undefined;
  readonly step: number;
  readonly to: number | undefined;
  readonly bend: Bend;
  readonly length: Length;
  readonly everyMs: number | undefined;
  /** Each value is off by up to so much, in either direction. */
  readonly noise: number;
}

export interface Gap {
  readonly kind: 'gap';
  readonly length: Length;
  readonly everyMs: number | undefined;
}

/** The process begins anew here: its start time changes and its counters count from zero. */
export interface Restart {
  readonly kind: 'restart';
  /** The version that runs from here on; undefined for the same. */
  readonly version: string | undefined;
}

export type Segment = Values | Gap | Restart;

/** A series as it is written: segments, some of them repeated. */
export type Written = readonly (Segment | { readonly repeat: number; readonly of: readonly Segment[] })[];

/** The segments in a row, repeated ones as often as they are. */
export function unroll(written: Written): Segment[] {
  return written.flatMap((part) =>
    'repeat' in part ? Array.from({ length: part.repeat }, () => part.of).flat() : [part],
  );
}
