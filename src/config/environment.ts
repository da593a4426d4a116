import { type Finding, formatPath, type Path, type YamlSource } from '../evaluate/index.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expanded {
  readonly value: unknown;
  /** Paths of the values that came, at least partly, from the environment. */
  readonly paths: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

const REFERENCE = /\$(\$)?\{([^}]*)\}?/g;

/**
 * Puts variables into string values: `${NAME}`, or `${NAME:-default}` where an empty or missing one has a default;
 * `$${` stands for `${` itself. Works on the parsed document, so a variable can never change its structure.
 */
export function expandEnvironment(source: YamlSource, environment: Environment): Expanded {
  const paths = new Set<string>();
  const findings: Finding[] = [];
  const expandText = (text: string, path: Path) =>
    text.replace(REFERENCE, (reference, escaped: string | undefined, inside: string) => {
      if (escaped) return reference.slice(1);
      const [, name, fallback] = /^([A-Za-z_]\w*)(?::-([\s\S]*))?$/.exec(inside) ?? [];
      if (name === undefined || !reference.endsWith('}')) {
        const message = `must write a variable as \${NAME} or \${NAME:-default}, found ${reference}`;
        findings.push(
          source.finding(path, message, 'write $${ for the characters themselves', {
            code: 'syntax/variable',
          }),
        );
        return '';
      }
      paths.add(formatPath(path));
      const value = environment[name];
      if (fallback !== undefined && (value === undefined || value === '')) return fallback;
      if (value !== undefined) return value;
      const message = `takes the variable ${name} of the environment, which is not set`;
      findings.push(
        source.finding(path, message, `set ${name}, or write \${${name}:-default}`, {
          code: 'syntax/variable',
        }),
      );
      return '';
    });
  const expand = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return expandText(value, path);
    if (Array.isArray(value)) return value.map((item, at) => expand(item, [...path, at]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]),
    );
  };
  return { value: expand(source.value, []), paths, findings };
}
