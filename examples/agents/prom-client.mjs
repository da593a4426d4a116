// Serves the metrics of this process at /metrics, with the ceiling of its heap, which prom-client does not have.
import { createServer } from 'node:http';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';

collectDefaultMetrics();
new Gauge({
  name: 'nodejs_heap_size_limit_bytes',
  help: 'Ceiling of the heap, from V8.',
  collect() {
    this.set(getHeapStatistics().heap_size_limit);
  },
});

const server = createServer(async (request, response) => {
  if (request.url !== '/metrics') return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': register.contentType }).end(await register.metrics());
});
server.listen(Number(process.env.PORT ?? 9464), '127.0.0.1', () => {
  console.log(`metrics on http://127.0.0.1:${server.address().port}/metrics`);
});
