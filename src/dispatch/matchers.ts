import type { Labels } from '../telemetry/index.js';

export interface LabelMatcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  readonly regex?: RegExp;
}

const MATCHER = /^\s*([A-Za-z_][\w.-]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"{},\s]*))\s*$/;

export function matcherFault(text: string): string | undefined {
  if (!MATCHER.test(text)) return 'must be a matcher such as severity="page"';
  return undefined;
}

export function parseMatchers(texts: readonly string[]): LabelMatcher[] {
  return texts.map((text) => {
    const [, name, op, quoted, plain] = MATCHER.exec(text) ?? [];
    const value = quoted === undefined ? plain : JSON.parse(`"${quoted}"`);
    const isRegex = op === '=~' || op === '!~';
    return {
      name,
      op: op as LabelMatcher['op'],
      value,
      ...(isRegex ? { regex: new RegExp(`^(?:${value})$`, 's') } : {}),
    };
  });
}

export function matchesAll(matchers: readonly LabelMatcher[], labels: Labels): boolean {
  return matchers.every(({ name, op, value, regex }) => {
    const found = Object.hasOwn(labels, name) ? labels[name] : '';
    const isLike = regex ? regex.test(found) : found === value;
    return op === '=' || op === '=~' ? isLike : !isLike;
  });
}

export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(',')}}`;
}
