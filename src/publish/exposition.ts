/** The text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */

export interface Family {
  readonly type: 'gauge' | 'counter' | 'summary';
  readonly help: string;
}

export function headOf(name: string, { type, help }: Family): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

/** `name="value"`, escaped; characters that the name of a label must not have become `_`. */
export function labelPair(name: string, value: string): string {
  return `${name.replace(/^(?=\d)|[^a-zA-Z0-9_]/g, '_')}="${escapeValue(value)}"`;
}

export function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`;
}

function escapeValue(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
    : value;
}
