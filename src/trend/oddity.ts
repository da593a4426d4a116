/** Something about a node's telemetry that cannot be right, or that keeps a forecast from being made. */
export interface Oddity {
  readonly code: OddityCode;
  /** What was found, in a sentence without a full stop. */
  readonly message: string;
  /** What to look at, or to set. */
  readonly cure: string;
}

interface OddityFacts {
  /** When it is told, for docs/oddities.md. */
  readonly about: string;
  readonly cure: string;
  /** Whether later samples take it back: something is missing so far. */
  readonly isMissing?: true;
}

/** Every code, in the order in which they are told: what makes all forecasts of a node worthless comes first. */
export const ODDITIES = {
  'no-memory': {
    about: 'samples come, but none has `rss` or heap above 0',
    cure: 'Let the agent send rss; docs/names.md lists the names that are understood.',
    isMissing: true,
  },
  'one-sample': {
    about: 'there is a single sample, or all others are older than it or of the same time',
    cure: 'Let the agent send every 10 to 60 s, in time order; a trend needs some dozens of samples.',
    isMissing: true,
  },
  'no-limit': {
    about:
      'a limit says "none" (0, -1, or 2^62 and above), or neither memory nor heap has one; the service keeps "none" as absent',
    cure: 'Set a limit where the process runs (of the container or cgroup, -Xmx, --max-old-space-size) and let the agent send it.',
    isMissing: true,
  },
  'small-use': {
    about:
      'memory in use below 64 KiB; below 1 MiB where the runtime has a heap, or beside a limit or other memory that is 500 times larger',
    cure: 'Send bytes: multiply by 1024 (or 1000) what the source gives in a larger unit.',
  },
  'wrong-limit-unit': {
    about: 'a limit below 1 MiB, above 64 TiB, or passed 20 times over by what it limits',
    cure: 'Send the limit in bytes, as /sys/fs/cgroup/memory.max has it, and do not multiply it twice.',
  },
  'changing-unit': {
    about: 'memory jumps by a factor of 1024 or 1000, or their squares, from one stretch to the next',
    cure: 'Look for two agents, or two versions of one, that send this signal in different units; all must send bytes.',
  },
  'rss-above-limit': {
    about: '`rss` more than 10 % above `memory_limit`, as of the newest sample',
    cure: 'Send the limit that is enforced, and rss of just what it is enforced on (memory.max and memory.current of one cgroup).',
  },
  'heap-above-limit': {
    about: '`heap_used` more than 10 % above `heap_limit`',
    cure: 'Send both of the same spaces: with metaspace, code and buffers, or without.',
  },
  'heap-above-rss': {
    about: '`heap_used` more than a quarter above `rss`, for eight stretches on end',
    cure: 'Send rss and heap of one process; where it is swapped out or counts several processes, add them up on both sides.',
  },
  'live-above-used': {
    about: '`heap_after_gc` more than a quarter above all of `heap_used`, for sixteen stretches on end',
    cure: 'Send both of the same spaces: the heap after the last major collection, and the heap in use.',
  },
  constant: {
    about: 'not a byte of change while other signals move: `heap_used` over 60 samples, `rss` over 600',
    cure: 'Look whether the agent sends a value that it has cached, or asks a process that hangs.',
  },
  'wrong-ready': {
    about: '`ready` is neither 0 nor 1',
    cure: 'Send 1 when the readiness check passes, else 0.',
  },
  'falling-counter': {
    about: '`gc_count`, `gc_pause_total` or `requests_total` fell three times while `start_time` stayed',
    cure: 'Send totals since the start, never rates, and of one process; after a restart send its new start_time.',
  },
  'endless-restarts': {
    about:
      'the last eight processes lived for two samples or less: `start_time`, `version` or counters change all the time',
    cure: 'Look for a crash loop; where there is none, give each process a node name of its own and send one start_time a process, not the time of the sample.',
  },
  'start-ahead': {
    about: '`start_time` is more than five minutes after the sample that has it',
    cure: 'Send start_time in Unix seconds, and set the clocks of node and agent by NTP.',
  },
  'many-gaps': {
    about: 'of the last twelve events of the node ten or more are gaps of eight usual intervals',
    cure: 'Let the agent send evenly; one that gathers samples must send each with its own time.',
  },
} as const satisfies Readonly<Record<string, OddityFacts>>;

export type OddityCode = keyof typeof ODDITIES;

/** Whether later samples may take it back, so that it holds only as of the last one. */
export function isMissing(code: OddityCode): boolean {
  return (ODDITIES[code] as OddityFacts).isMissing === true;
}
