import { type Path, partsBelow, type SchemaPart, writtenSchema } from '../evaluate/index.js';
import { configSchema } from './options.js';

/** A key with such a name holds a secret, whether its schema says so or not, and also where no schema knows it. */
const SECRET_NAME = /^(token|password|passphrase|secret|authorization|api_?key)s?$/i;

/** Every text that is a secret, with its path. `config` may also be a configuration that is not valid. */
export function secretsOf(config: unknown): { readonly path: Path; readonly text: string }[] {
  const found: { path: Path; text: string }[] = [];
  walk(config, (text, path) => {
    found.push({ path, text });
    return text;
  });
  return found;
}

/** A copy that can be printed and logged: every secret is `***`. */
export function maskConfig<Value>(config: Value): Value {
  return walk(config, () => '***') as Value;
}

function walk(config: unknown, replace: (text: string, path: Path) => string): unknown {
  const visit = (value: unknown, parts: readonly SchemaPart[], path: Path, isInside: boolean): unknown => {
    const isSecret = isInside || parts.some((part) => part.secret);
    // A secret of digits that lacks its quotes is a number to YAML, and no less a secret.
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
    if (isPlain) return isSecret ? replace(String(value), path) : value;
    if (typeof value !== 'object' || value === null) return value;
    const below = (item: unknown, step: string | number) => {
      const next = parts.flatMap((part) => partsBelow(part, value, step));
      // `tokens` is a list of holders with a `token` each: only texts below are secret, not the holders' names.
      const isNamed = typeof step === 'string' && SECRET_NAME.test(step) && !isListOfMaps(item);
      return visit(item, next, [...path, step], isSecret || isNamed);
    };
    if (Array.isArray(value)) return value.map(below);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, below(item, key)]));
  };
  return visit(config, [writtenSchema(configSchema)], [], false);
}

function isListOfMaps(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'object');
}
