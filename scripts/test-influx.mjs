// Runs the tests of the InfluxDB store against a real InfluxDB 2, which the environment names.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const NEEDED = ['INFLUX_URL', 'INFLUX_TOKEN', 'INFLUX_ORG', 'INFLUX_BUCKET'];
const missing = NEEDED.filter((name) => !process.env[name]);
if (missing.length > 0) {
  process.stderr.write(`test:influx: found no ${missing.join(', ')} in the environment, expected an InfluxDB 2.
  Start one, and say where it is:

  docker run -d --name influx-test -p 8086:8086 -e DOCKER_INFLUXDB_INIT_MODE=setup \\
    -e DOCKER_INFLUXDB_INIT_USERNAME=admin -e DOCKER_INFLUXDB_INIT_PASSWORD=change-me-soon \\
    -e DOCKER_INFLUXDB_INIT_ORG=example -e DOCKER_INFLUXDB_INIT_BUCKET=memory \\
    -e DOCKER_INFLUXDB_INIT_ADMIN_TOKEN=a-long-random-token influxdb:2.7
  INFLUX_URL=http://127.0.0.1:8086 INFLUX_TOKEN=a-long-random-token INFLUX_ORG=example INFLUX_BUCKET=memory \\
    npm run test:influx
`);
  process.exit(2);
}
const file = join(import.meta.dirname, '..', 'dist', 'test', 'store', 'influx', 'real.test.js');
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', file], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
