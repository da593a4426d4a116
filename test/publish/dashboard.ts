import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/paths.js';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr?: string; readonly query?: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[];
  };
  readonly annotations: {
    readonly list: readonly { readonly expr?: string; readonly target?: { readonly query: string } }[];
  };
}

export const script = (await import(pathToFileURL(join(packageRoot, 'scripts/dashboards.mjs')).href)) as {
  VARIANTS: readonly ('prometheus' | 'influxdb')[];
  fileOf(variant: string): string;
  textOf(variant: string): string;
};

/** A dashboard as it lies in dashboards/. */
export function read(variant: string): Dashboard {
  return JSON.parse(readFileSync(join(packageRoot, script.fileOf(variant)), 'utf8'));
}

/** What a variable stands for in a test; its name in the way that Grafana writes it. */
export function filled(query: string, values: Readonly<Record<string, string>>): string {
  return query.replace(/\$\{?(\w+)(?::\w+)?\}?/g, (_, name: string) => {
    assert.ok(name in values, `the variable ${name} is not known`);
    return values[name];
  });
}
