import type { Labels } from '../telemetry/index.js';
import type { Rule } from './rule.js';
import type { Matcher } from './schema/matcher.js';

/**
 * Whether a rule watches a node. Every key of its matcher must match the label of that name, `node` the node's name; a
 * label that the node lacks matches nothing. A rule without a matcher watches every node.
 */
export function matches(rule: Pick<Rule, 'nodes'>, labels: Labels, nodeName: string): boolean {
  for (const key in rule.nodes) {
    const value = key === 'node' ? nodeName : Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value === undefined) return false;
    const wanted = rule.nodes[key];
    const isWanted =
      typeof wanted === 'string' ? fits(value, wanted) : wanted.some((one) => fits(value, one));
    if (!isWanted) return false;
  }
  return true;
}

/** Whether `value` is `pattern`, in which `*` stands for any text, the empty one included. */
function fits(value: string, pattern: string): boolean {
  if (!pattern.includes('*')) return value === pattern;
  const parts = pattern.split('*');
  const first = parts[0];
  const last = parts[parts.length - 1];
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last))
    return false;
  let from = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const at = value.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

/** Whether there can be a node that both match, whatever nodes there are. */
export function canOverlap(a: Matcher, b: Matcher): boolean {
  return Object.keys(a).every(
    (key) =>
      !Object.hasOwn(b, key) ||
      [a[key]].flat().some((one) => [b[key]].flat().some((two) => canBoth(one, two))),
  );
}

/** Whether every node that `inner` matches is matched by `outer`, too, whatever nodes there are. */
export function matcherCovers(outer: Matcher, inner: Matcher): boolean {
  return Object.keys(outer).every((key) => {
    if (!Object.hasOwn(inner, key)) return false;
    // A star of the inner pattern is a character that only a star of the outer one can stand for.
    return [inner[key]].flat().every((narrow) => [outer[key]].flat().some((wide) => fits(narrow, wide)));
  });
}

/** Whether some text fits both patterns; worked out from their ends, for every pair of rests once. */
function canBoth(a: string, b: string): boolean {
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const here: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      // A star stands for nothing, or for one more character of the other pattern.
      const isStarOfA = a[i] === '*' && (below[j] || (j < b.length && here[j + 1]));
      const isStarOfB = b[j] === '*' && (here[j + 1] || (i < a.length && below[j]));
      const isSame = i < a.length && a[i] === b[j] && below[j + 1];
      here[j] = (i === a.length && j === b.length) || isStarOfA || isStarOfB || isSame;
    }
    below = here;
  }
  return below[0];
}
