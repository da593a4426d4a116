import { randomBytes } from 'node:crypto';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Registry as Metrics } from 'prom-client';
import type { Clock } from '../clock.js';
import type { Pipeline } from '../pipeline/index.js';
import { handleError, handleNotFound, type ReceivePluginOptions, receivePlugin } from '../receive/index.js';
import { type Access, checkPerson } from './access.js';
import { type ActOptions, actRoutes } from './act/routes.js';
import { FleetView } from './fleet/fleet-view.js';
import { Events, eventRoutes } from './live/events.js';
import { Topics } from './live/topics.js';
import { pageRoutes } from './page/routes.js';
import { takeJson } from './read.js';
import { alertRoutes } from './routes/alerts.js';
import { auditRoutes } from './routes/audit.js';
import { channelRoutes } from './routes/channels.js';
import { deliveryRoutes } from './routes/delivery.js';
import { fleetRoutes } from './routes/fleet.js';
import { forecastRoutes } from './routes/forecasts.js';
import { healthRoutes } from './routes/health.js';
import { historyRoutes } from './routes/history.js';
import { nodePictureRoutes } from './routes/node-picture.js';
import { nodeRoutes } from './routes/nodes.js';
import { ruleBacktestRoutes } from './routes/rule-backtests.js';
import { ruleFileRoutes } from './routes/rule-files.js';
import { ruleRoutes } from './routes/rules.js';
import { seriesRoutes } from './routes/series.js';
import { sessionRoutes } from './routes/session.js';
import { silenceRoutes } from './routes/silences.js';

export interface AppOptions {
  readonly pipeline: Pipeline;
  readonly receive: Omit<ReceivePluginOptions, 'accept' | 'registry' | 'clock' | 'log' | 'metrics'>;
  readonly access: Access;
  readonly act: Omit<ActOptions, 'pipeline' | 'now'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The version of the product, for the OpenAPI document. */
  readonly version: string;
}

/** Longest wait for a request's headers and body: a sender that stalls must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The HTTP side of the service: what agents write to, what people and programs read, its documentation. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { pipeline, clock, log, metrics } = options;
  const app: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    // A line per request would drown what matters; refusals and errors are logged where they happen.
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: handleError,
  });
  // A connection that is kept alive would hold up the stop until its time is over, however little it has to say.
  app.addHook('onSend', async (_request, reply) => {
    if (pipeline.unready() !== undefined) reply.header('connection', 'close');
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  // Answers are written by our own code; the schemas describe them, they need not filter them.
  app.setSerializerCompiler(() => JSON.stringify);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Headroom',
        version: options.version,
        description: 'Tells an on-call engineer that a node will run out of memory, before it does.',
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  healthRoutes(app, {
    unready: () => pipeline.unready(),
    metrics,
    fleet: () => pipeline.publisher.fleet.write(clock.now()),
  });
  await app.register(receivePlugin, {
    ...options.receive,
    accept: (rows) => pipeline.accept(rows),
    registry: pipeline.registry,
    clock,
    log,
    metrics,
  });
  await app.register(async (page) => pageRoutes(page));
  await app.register(async (act) => actRoutes(act, { ...options.act, pipeline, now: () => clock.now() }));
  const now = () => clock.now();
  const { access } = options;
  await app.register(
    async (session) => {
      takeJson(session);
      sessionRoutes(session, access, now);
    },
    { prefix: '/api/v1' },
  );
  const run = randomBytes(6).toString('hex');
  const fleet = new FleetView(pipeline, run);
  await app.register(
    async (people) => {
      takeJson(people);
      people.decorateRequest('holder', undefined);
      people.decorateRequest('role', 'read');
      people.decorateRequest('sessionEndsAt', Number.POSITIVE_INFINITY);
      people.addHook('onRequest', async (request) => {
        const { holder, role, endsAt } = checkPerson(access, request, now());
        request.holder = holder;
        request.role = role;
        request.sessionEndsAt = endsAt ?? Number.POSITIVE_INFINITY;
      });
      fleetRoutes(people, fleet, now);
      eventRoutes(people, new Events(clock, new Topics(pipeline, fleet), run));
      seriesRoutes(people, pipeline, now);
      nodeRoutes(people, pipeline, now);
      forecastRoutes(people, pipeline, now);
      nodePictureRoutes(people, pipeline, now);
      historyRoutes(people, pipeline, now);
      alertRoutes(people, pipeline, now);
      silenceRoutes(people, pipeline, now);
      auditRoutes(people, pipeline);
      ruleRoutes(people, pipeline);
      ruleFileRoutes(people, pipeline, now);
      ruleBacktestRoutes(people, pipeline);
      deliveryRoutes(people, pipeline);
      channelRoutes(people, pipeline, now);
    },
    { prefix: '/api/v1' },
  );
  return app;
}
