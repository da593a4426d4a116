import type { Config } from '../../config/index.js';
import type { Check, CheckContext, Report } from '../check.js';
import { type Routing, routingOf } from '../routing.js';

/** Alerts that nobody is told of, by the routing that `routing` reads from a configuration. */
export function reachesNobodyBy(routing: (config: Config) => Routing): Check {
  return {
    code: 'route/reaches-nobody',
    severity: 'warning',
    about: 'no channel is configured, or none takes alerts of a severity that a rule has',
    needs: ['config'],
    run(context, report) {
      if (!context.config) return;
      const { source, config } = context.config;
      const routes = routing(config);
      if (!routes.isEmpty) {
        reportSeverities(routes, context, report);
        return;
      }
      report(
        { source, path: ['notify'] },
        'no channel is configured: alerts show at /api/v1/alerts, and nobody is told',
        'add a channel under notify.channels, such as email',
      );
    },
  };
}

export const reachesNobody: Check = reachesNobodyBy(routingOf);

/** Each severity once, at the first rule that has it. */
function reportSeverities(routes: Routing, { rules }: CheckContext, report: Report): void {
  const told = new Set<string>();
  for (const { rule, source, path } of rules) {
    const labels = { ...rule.labels, severity: rule.severity, rule: rule.id, kind: rule.kind };
    if (told.has(rule.severity) || routes.channelsFor(labels).length > 0) continue;
    told.add(rule.severity);
    const at = source.has([...path, 'severity']) ? 'severity' : 'alert';
    report(
      { source, path: [...path, at] },
      `no channel takes alerts of severity ${rule.severity}`,
      'route the severity to a channel under notify, or give the rule another',
    );
  }
}
