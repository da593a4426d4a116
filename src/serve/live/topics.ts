import type { Pipeline } from '../../pipeline/index.js';
import type { FleetView } from '../fleet/fleet-view.js';
import type { RevisionsShape } from '../shapes.js';

export type Topic = keyof RevisionsShape;

/** For each topic the number of its newest change; a text that differs tells that there was one. */
export class Topics {
  readonly #told = new Map<Topic, { text: string; revision: number }>();
  readonly #pipeline: Pipeline;
  readonly #fleet: FleetView;

  constructor(pipeline: Pipeline, fleet: FleetView) {
    this.#pipeline = pipeline;
    this.#fleet = fleet;
  }

  /** Looks at everything anew. `at` is unix ms. */
  look(at: number): RevisionsShape {
    const pipeline = this.#pipeline;
    const { acks, silences } = pipeline.people;
    const alerts = pipeline.alerts.all().map(({ id, phase }) => [id, phase, acks.of(id, at)?.at ?? 0]);
    const held = silences.list(at).map(({ id, state, endsAt }) => [id, state, endsAt]);
    const past = pipeline.alerts.past();
    const { armed, refused, warnings } = pipeline.rules.status();
    const letters = pipeline.notify.outbox.list().map(({ id, status, attempts }) => [id, status, attempts]);
    // When each was last used is part of it: a letter may come and go between two looks.
    const channels = [...pipeline.notify.channels.keys()].map((name) => pipeline.notify.watch.of(name));
    // What it finds later is told with the next look.
    void this.#fleet.refresh(at);
    return {
      fleet: this.#fleet.revision,
      nodes: this.#revision('nodes', pipeline.registry.nodes.length),
      alerts: this.#revision('alerts', [alerts, held, past.length, past.at(-1)?.id]),
      rules: this.#revision('rules', [armed.hash, armed.since, refused?.hash, warnings.length]),
      delivery: this.#revision('delivery', [letters, channels]),
    };
  }

  #revision(topic: Topic, facts: unknown): number {
    const text = JSON.stringify(facts);
    const told = this.#told.get(topic) ?? { text: '', revision: 0 };
    if (told.text !== text) this.#told.set(topic, { text, revision: told.revision + 1 });
    return this.#told.get(topic)?.revision ?? 0;
  }
}
