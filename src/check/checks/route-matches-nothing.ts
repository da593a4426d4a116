import type { Check } from '../check.js';
import { writtenRoutes } from '../routing.js';

/** What a rule alone decides of an alert's labels; those of its node are not known here. */
const DECIDED = new Set(['alertname', 'severity', 'kind']);

/** Labels of the news that the service tells of itself. */
const OF_SERVICE = [
  { alertname: 'RulesRefused', severity: 'ticket', kind: 'service' },
  { alertname: 'ChannelFailing', severity: 'page', kind: 'service' },
];

/** A route that no alert of any rule can take: it reaches nobody, whatever its receiver is. */
export const routeMatchesNothing: Check = {
  code: 'route/matches-nothing',
  severity: 'warning',
  about: 'no rule has the name, severity or kind that a route asks for',
  needs: ['config'],
  run({ config, rules }, report) {
    if (!config || rules.length === 0) return;
    const alerts = [
      ...rules.map(({ rule }) => ({ alertname: rule.id, severity: rule.severity, kind: rule.kind })),
      ...OF_SERVICE,
    ];
    for (const { path, matchers } of writtenRoutes(config.config)) {
      const decided = matchers.filter(({ name }) => DECIDED.has(name));
      if (alerts.some((labels) => decided.every((matcher) => matcher.matches(labels)))) continue;
      report(
        { source: config.source, path: [...path, 'matchers'] },
        `no alert takes this route: no rule has ${decided.map(String).join(' and ')}`,
        'correct the matchers (severities and names are case-sensitive), or take the route out',
      );
    }
  },
};
