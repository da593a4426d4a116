import { Counter, Gauge, type Registry } from 'prom-client';

/** What the alert room counts; `count` is asked at every scrape. */
export function alertMetrics(metrics: Registry, count: () => { pending: number; firing: number }) {
  const registers = [metrics];
  new Gauge({
    name: 'headroom_alerts',
    help: 'Alerts by phase.',
    labelNames: ['phase'],
    registers,
    collect() {
      const { pending, firing } = count();
      this.set({ phase: 'pending' }, pending);
      this.set({ phase: 'firing' }, firing);
    },
  });
  const transitions = new Counter({
    name: 'headroom_alert_transitions_total',
    help: 'Changes of alerts by rule and what they became.',
    labelNames: ['rule', 'to'],
    registers,
  });
  return { transitions };
}
