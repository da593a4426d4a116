import type { Labels } from '../../telemetry/index.js';
import type { Tags } from './names.js';
import type { Identity } from './schema.js';

/**
 * The node that a line speaks of: the tag `node`, else what the table says, else the tag `host`. Undefined where
 * the line has none of them.
 */
export function nodeNameOf(identity: Identity, tags: Tags): string | undefined {
  const given = identity.nodeTag ? tags.get('node') : undefined;
  if (given !== undefined) return given;
  for (const template of identity.node) {
    const name = fill(template, tags);
    if (name !== undefined) return name;
  }
  return tags.get('host');
}

/** End of a name that means every known node of a pod. */
export const WHOLE_POD = '/*';

function fill(template: string, tags: Tags): string | undefined {
  let isComplete = true;
  if (template.endsWith(WHOLE_POD)) {
    const pod = fill(template.slice(0, -WHOLE_POD.length), tags);
    return pod === undefined ? undefined : pod + WHOLE_POD;
  }
  const name = template.replace(/\{([^}]+)\}/g, (_, tag: string) => {
    const value = tags.get(tag);
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  return isComplete ? name : undefined;
}

/**
 * The tags that become labels: all that do not name the node, less those which the table leaves out, and those that it
 * makes of tags of other names.
 */
export function labelsOf(identity: Identity, tags: Tags, nodeName: string | undefined): Labels {
  const { notLabels, onlyLabels } = identity;
  const kept: [string, string][] = [...tags].filter(([tag, value]) => {
    if (tag === 'node' || (tag === 'host' && value === nodeName)) return false;
    return onlyLabels ? onlyLabels.includes(tag) : !notLabels.includes(tag);
  });
  for (const label in identity.labels) {
    const tag = tags.has(label) ? undefined : identity.labels[label].find((each) => tags.has(each));
    if (tag !== undefined) kept.push([label, tags.get(tag)!]);
  }
  return Object.fromEntries(kept);
}
