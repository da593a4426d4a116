import {
  isSummaryField,
  labelOfField,
  nearest,
  SUMMARY_FIELDS,
  summaryFields,
} from '../../evaluate/index.js';
import type { Check, CheckContext, CheckedRule } from '../check.js';
import { watchedNodes } from '../watched.js';

/** A field of a summary that nothing fills in. */
export const summaryUnknownField: Check = {
  code: 'rule/summary-unknown-field',
  severity: 'error',
  about: 'a field of `summary` is not known; with history also: a label that no watched node has',
  needs: [],
  run(context, report) {
    for (const checked of context.rules) {
      const { summary } = checked.rule;
      if (summary === undefined) continue;
      for (const { name, start, end } of summaryFields(summary)) {
        const fault = faultOf(name, checked, context);
        if (!fault) continue;
        const inside = summary.slice(start, end);
        const { source, path } = checked;
        report({ source, path: [...path, 'summary'], inside }, fault.message, fault.cure);
      }
    }
  },
};

interface Fault {
  readonly message: string;
  readonly cure: string;
}

function faultOf(name: string, checked: CheckedRule, context: CheckContext): Fault | undefined {
  if (!isSummaryField(name)) {
    const meant = nearest(name, SUMMARY_FIELDS);
    const cure = meant ? `did you mean \`${meant}\`?` : `known: ${SUMMARY_FIELDS.join(', ')}, labels.NAME`;
    return { message: `{{ ${name} }} is not a known field`, cure };
  }
  const label = labelOfField(name);
  const { history } = context;
  if (label === undefined || !history || Object.hasOwn(checked.rule.labels, label)) return undefined;
  const isKnowable = history.labels === null || history.labels.has(label);
  const nodes = isKnowable ? (watchedNodes(checked.rule, history) ?? []) : [];
  if (nodes.length === 0 || nodes.some(({ labels }) => Object.hasOwn(labels, label))) return undefined;
  const known = [...new Set(nodes.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const message = `none of the nodes that it watches in ${history.name} has the label ${label}`;
  return {
    message,
    cure: known.length > 0 ? `known labels: ${known.join(', ')}` : 'the nodes have no labels',
  };
}
