import { existsSync } from 'node:fs';
import {
  type Finding,
  findingsProblem,
  formatPath,
  inReadingOrder,
  isError,
  readAs,
  readText,
  YamlSource,
} from '../evaluate/index.js';
import { type Environment, expandEnvironment } from './environment.js';
import { type Config, configSchema } from './options.js';
import { secretsOf } from './secrets.js';

/** Read when no other file is named, if it is there. */
export const DEFAULT_CONFIG_FILE = 'headroom.yaml';

export interface LoadedConfig {
  /** Undefined when a finding is an error. */
  readonly config: Config | undefined;
  /** In reading order; they never show a secret. */
  readonly findings: readonly Finding[];
}

/**
 * The configuration: of the file `path`, else of the one that HEADROOM_CONFIG names, else of ./headroom.yaml if there is
 * one, else all defaults. Relative paths in it are relative to the folder in which the service is started.
 * @throws Problem bad-config with all findings, each with its place and cure.
 */
export function loadConfig(path?: string, environment: Environment = process.env): Config {
  const file = configFile(path, environment);
  const { config, findings } =
    file === undefined ? readConfig('defaults', '{}', environment) : readFile(file, environment);
  if (!config) throw findingsProblem('bad-config', findings);
  return config;
}

/** Which file `loadConfig` would read; undefined for none. */
export function configFile(
  path: string | undefined,
  environment: Environment = process.env,
): string | undefined {
  const named = path ?? environment.HEADROOM_CONFIG;
  if (named !== undefined && named !== '') return named;
  return existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined;
}

function readFile(file: string, environment: Environment): LoadedConfig {
  const { text, finding } = readText(file);
  if (!finding) return readConfig(file, text, environment);
  const cure = finding.cure || 'name another file with --config or HEADROOM_CONFIG';
  return { config: undefined, findings: [{ ...finding, cure }] };
}

/** A configuration and its text, in whose findings secrets are masked. */
export interface ReadConfig extends LoadedConfig {
  readonly source: YamlSource;
}

/** The configuration in a text; `file` is its name for findings. */
export function readConfig(file: string, text: string, environment: Environment): ReadConfig {
  const source = new YamlSource(file, text);
  if (source.findings.length > 0)
    return { config: undefined, findings: source.findings.map(withoutSecrets), source };
  for (const { path, text } of secretsOf(source.value)) {
    const isOnlyName = /^\$\{\w+\}$/.test(text);
    if (!isOnlyName) source.hide(path);
  }
  // A file with nothing but comments asks for the defaults.
  const expanded = expandEnvironment(source, environment);
  const written = expanded.value ?? {};
  const { value, findings } = readAs(configSchema, source, withTypes(written, expanded.paths));
  // What a missing variable makes of its value needs no finding of its own.
  const missing = new Set(expanded.findings.map(({ path }) => path));
  const all = [...expanded.findings, ...findings.filter(({ path }) => !missing.has(path))];
  return { config: all.some(isError) ? undefined : value, findings: inReadingOrder(all), source };
}

/** A variable is always text; where a number or true or false is expected and the text is one, it is taken for that. */
function withTypes(written: unknown, fromEnvironment: ReadonlySet<string>): unknown {
  if (fromEnvironment.size === 0) return written;
  const value = structuredClone(written);
  for (const issue of configSchema.safeParse(written).error?.issues ?? []) {
    if (issue.code !== 'invalid_type') continue;
    const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
    const parent = path.slice(0, -1).reduce<unknown>((node, step) => Reflect.get(Object(node), step), value);
    const last = path.at(-1);
    if (last === undefined || !fromEnvironment.has(formatPath(path))) continue;
    const text = String(Reflect.get(Object(parent), last));
    if (issue.expected === 'boolean' && /^(true|false)$/.test(text))
      Reflect.set(Object(parent), last, text === 'true');
    const isNumber = ['number', 'int'].includes(issue.expected) && /^-?\d+(\.\d+)?$/.test(text);
    if (isNumber) Reflect.set(Object(parent), last, Number(text));
  }
  return value;
}

/** Where the syntax is broken nobody knows what is a secret, so whatever may be one is masked by its name. */
function withoutSecrets(finding: Finding): Finding {
  const secret = /((?:token|password|passphrase|secret|authorization|key|url)\w*["']?\s*:\s*)(.*)$/i;
  const excerpt = finding.excerpt.replace(
    secret,
    (_, name: string, value: string) => name + '*'.repeat(value.length),
  );
  return { ...finding, excerpt };
}
