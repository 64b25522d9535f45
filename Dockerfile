# The collector with its dashboard, the SDK's file and the embedded engine. Checked for form by `npm run check`; no image was
# ever built of it, but its steps were run by hand.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev && rm -rf packages/*/src

# glibc: the embedded engine does not run on Alpine.
FROM node:22-bookworm-slim
ENV NODE_ENV=production SOJOURN_HOST=0.0.0.0 SOJOURN_DATA=/data SOJOURN_LOG_FORMAT=json
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/packages ./packages
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 8650
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SOJOURN_PORT || 8650}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "packages/collector/dist/cli.js"]
