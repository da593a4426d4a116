import type { Signal } from '../telemetry/index.js';
import type { NodeDetailShape, NodeShape } from './shapes.js';

type Missing = NodeDetailShape['missing'][number];

/** Of a heap, only what a node with a heap could send: many programs have none. */
interface Wish {
  readonly signal: Signal;
  readonly message: string;
  readonly cure: string;
  readonly isWanted?: (latest: NodeShape['latest']) => boolean;
}

const hasHeap = (latest: NodeShape['latest']): boolean => latest.heap_used !== undefined;

const WISHES: readonly Wish[] = [
  {
    signal: 'rss',
    message: 'memory of the process: no forecast of its limit',
    cure: 'Send rss of the process or its cgroup, in bytes.',
  },
  {
    signal: 'memory_limit',
    message: 'where the node is killed: no forecast of when',
    cure: 'Set a limit of the container or cgroup and send it as memory_limit.',
  },
  {
    signal: 'heap_limit',
    message: 'the ceiling of its heap: no forecast of when the heap is full',
    cure: 'Send the limit of the runtime (-Xmx, --max-old-space-size) as heap_limit.',
    isWanted: hasHeap,
  },
  {
    signal: 'heap_after_gc',
    message: 'what survives a collection: the floor of use stands for it, so a leak is seen later',
    cure: 'Send heap_after_gc; headroom/inside does for Node, jvm.gc.live.data.size of Micrometer for the JVM.',
    isWanted: hasHeap,
  },
  {
    signal: 'gc_pause_total',
    message: 'time paused for collections: a heap that falls behind is not told from one that leaks',
    cure: 'Send the total since the start, in seconds, as gc_pause_total.',
    isWanted: hasHeap,
  },
  {
    signal: 'gc_count',
    message: 'how often it collects: floors are read at a pace that is guessed',
    cure: 'Send the count since the start as gc_count.',
    isWanted: hasHeap,
  },
  {
    signal: 'requests_total',
    message: 'its traffic: growth with load is not told from growth with time',
    cure: 'Send the count of requests since the start as requests_total.',
  },
  {
    signal: 'ready',
    message: 'whether it is ready: rules of readiness do not watch it',
    cure: 'Send 1 while the readiness check passes, else 0.',
  },
  {
    signal: 'start_time',
    message: 'when its process started: restarts are seen only by counters that fall',
    cure: 'Send start_time in unix seconds.',
  },
];

const LABELS: readonly Missing[] = [
  {
    signal: 'version',
    message: 'its version: growth that began with a deploy is not seen as such',
    cure: 'Add the label version.',
  },
  {
    signal: 'pool',
    message: 'which nodes are alike: it is judged by its own history alone, which takes longer',
    cure: 'Add the label pool, the same for nodes that run the same code under the same load.',
  },
];

/** What a node does not send and what is not known without it, the gravest first. */
export function findMissing({ latest, labels }: Pick<NodeShape, 'latest' | 'labels'>): Missing[] {
  const signals = WISHES.filter(
    ({ signal, isWanted }) => latest[signal] === undefined && (isWanted?.(latest) ?? true),
  );
  return [
    ...signals.map(({ signal, message, cure }) => ({ signal, message, cure })),
    ...LABELS.filter(({ signal }) => !labels[signal]),
  ];
}
