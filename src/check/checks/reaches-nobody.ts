import type { Check, CheckContext, Report } from '../check.js';
import { routingOf } from '../routing.js';

/** Alerts that nobody is told of. */
export const reachesNobody: Check = {
  code: 'route/reaches-nobody',
  severity: 'warning',
  about: 'no channel is configured, or none takes alerts of a severity that a rule has',
  needs: ['config'],
  run(context, report) {
    if (!context.config) return;
    const { source } = context.config;
    const routing = routingOf(context.config.config);
    if (routing.isEmpty) {
      report(
        { source, path: ['notify'] },
        'no channel is configured: alerts show at /api/v1/alerts, and nobody is told',
        'add a channel under notify.channels, such as email',
      );
      return;
    }
    reportSeverities(context, report);
  },
};

function reportSeverities({ rules, config }: CheckContext, report: Report): void {
  if (!config) return;
  const routing = routingOf(config.config);
  const told = new Set<string>();
  for (const { rule, source, path } of rules) {
    const labels = { ...rule.labels, severity: rule.severity, rule: rule.id, kind: rule.kind };
    if (told.has(rule.severity) || routing.channelsFor(labels).length > 0) continue;
    told.add(rule.severity);
    const at = source.has([...path, 'severity']) ? 'severity' : 'alert';
    report(
      { source, path: [...path, at] },
      `no channel takes alerts of severity ${rule.severity}`,
      'route the severity to a channel under notify, or give the rule another',
    );
  }
}
