import type { NodeRecord, Registry } from '../../telemetry/index.js';
import { WHOLE_POD } from '../names/index.js';

/** The known nodes of each pod, by their names `namespace/pod/container`. */
export class Pods {
  readonly #nodes = new Map<string, NodeRecord[]>();
  #seen = 0;

  constructor(private readonly registry: Registry) {}

  /** The nodes that a name ending in `/*` stands for. */
  nodesOf(name: string): readonly NodeRecord[] {
    const { nodes } = this.registry;
    for (; this.#seen < nodes.length; this.#seen++) {
      const node = nodes[this.#seen];
      const end = node.name.lastIndexOf('/');
      if (end === -1) continue;
      const pod = node.name.slice(0, end);
      const known = this.#nodes.get(pod);
      if (known) known.push(node);
      else this.#nodes.set(pod, [node]);
    }
    return this.#nodes.get(name.slice(0, -WHOLE_POD.length)) ?? [];
  }
}
