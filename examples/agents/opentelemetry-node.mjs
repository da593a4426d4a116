// Reports the memory of a Node program over OTLP:  node --import ./opentelemetry-node.mjs PROGRAM
// Needs: npm install @opentelemetry/api @opentelemetry/sdk-metrics @opentelemetry/resources @opentelemetry/instrumentation
//   @opentelemetry/exporter-metrics-otlp-proto @opentelemetry/host-metrics @opentelemetry/instrumentation-runtime-node
// Settings come from the environment, as OpenTelemetry names them: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
// OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_METRIC_EXPORT_INTERVAL (ms),
// OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
import { hostname, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { HostMetrics } from '@opentelemetry/host-metrics';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

const started = new Date(Date.now() - process.uptime() * 1000);
const interval = Number(process.env.OTEL_METRIC_EXPORT_INTERVAL ?? 15_000);
// The default says what runtime this is, and so at what share of its limit the heap ends.
const resource = defaultResource()
  .merge(
    resourceFromAttributes({
      'service.name': 'node',
      'service.instance.id': `${hostname()}:${process.pid}`,
      // The start of the process, so that a restart is seen as one.
      'process.creation.time': started.toISOString(),
    }),
  )
  .merge(detectResources({ detectors: [envDetector] }));

const meterProvider = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      exportIntervalMillis: interval,
      exportTimeoutMillis: interval,
    }),
  ],
});

// process.memory.usage is the RSS.
new HostMetrics({ meterProvider, metricGroups: ['process.memory'] }).start();
// v8js.memory.heap.used and v8js.gc.duration.
registerInstrumentations({ meterProvider, instrumentations: [new RuntimeNodeInstrumentation()] });

// What no instrumentation reports: the ceilings. Without them there is growth, but no forecast of a breach.
const meter = meterProvider.getMeter('headroom');
meter
  .createObservableGauge('v8js.memory.heap.limit', { unit: 'By' })
  .addCallback((result) => result.observe(getHeapStatistics().heap_size_limit));
meter.createObservableGauge('memory_limit', { unit: 'By' }).addCallback((result) => {
  const constrained = process.constrainedMemory?.() ?? 0;
  const limit = Number(process.env.MEMORY_LIMIT ?? 0) || constrained;
  result.observe(limit > 0 && limit < totalmem() ? limit : totalmem());
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    meterProvider.shutdown().finally(() => process.kill(process.pid, signal));
  });
}
