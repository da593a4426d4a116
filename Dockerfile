# Build with `docker build -t headroom .`; docker-compose.yml runs it.
FROM node:20.20.2-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY scripts scripts
COPY src src
# Compiles (prepare), then leaves only what runs.
RUN npm ci && npm prune --omit=dev --ignore-scripts && find dist -name '*.map' -delete

FROM node:20.20.2-slim
ENV NODE_ENV=production
WORKDIR /opt/headroom
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/src dist/src
COPY --from=build /build/dist/page dist/page
COPY package.json LICENSE ./
COPY docs/checks docs/checks
COPY names names
COPY rules rules
RUN ln -s /opt/headroom/dist/src/main.js /usr/local/bin/headroom \
    && mkdir -p /var/lib/headroom && chown node:node /var/lib/headroom
# By number, so that Kubernetes sees that it is not root.
USER 1000:1000
WORKDIR /var/lib/headroom
VOLUME /var/lib/headroom
EXPOSE 8420
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8420/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["headroom"]
CMD ["serve"]
