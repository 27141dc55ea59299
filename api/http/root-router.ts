import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { Router } from 'express'
import helmet from 'helmet'
import { lookForWorker } from '../../operations/worker-lease.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { gauges } from '../../telemetry/gauges.ts'
import { createRecordGauges } from '../../telemetry/scrape.ts'
import type { Dependencies } from '../dependencies.ts'
import { stuckGauge } from '../operations/stuck-gauge.ts'

/** What operators ask, at the root: is it alive, is it ready and if not what is missing, how does it go, what can it do. */
export function createRootRouter(deps: Dependencies, openApi: object): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }))
  router.get('/readyz', async (_request, response) => {
    const checks = await readiness(deps)
    const missing = Object.entries(checks).flatMap(([name, ok]) => (ok ? [] : [name]))
    response
      .status(missing.length === 0 ? 200 : 503)
      .json({ status: missing.length === 0 ? 'ready' : 'not ready', checks, missing })
  })
  const recordGauges = createRecordGauges(
    () => ({ models: deps.models, nowMs: deps.now() }),
    [...gauges, stuckGauge(() => deps)],
  )
  router.get('/metrics', async (_request, response) => {
    const { registry } = deps.metrics
    const texts = await Promise.all([registry.metrics(), recordGauges.metrics()])
    response.type(registry.contentType).end(texts.join('\n'))
  })
  router.get('/openapi.json', (_request, response) => void response.json(openApi))
  if (deps.jwks) router.get('/.well-known/jwks.json', (_request, response) => void response.json(deps.jwks))
  router.get('/', (_request, response) => response.redirect('/docs/'))
  router.use('/docs', createDocs())
  return router
}

async function readiness({ models, temporal, isLeaving, room }: Dependencies) {
  const ask = <T>(call: () => Promise<T>) => temporal.withDeadline(Date.now() + 2_000, call)
  const [mongodb, server, worker, hasRoom] = await Promise.all([
    within(2_000, async () => (await models.connection.db?.command({ ping: 1 })) !== undefined),
    within(2_000, async () => (await ask(() => temporal.workflowService.getSystemInfo({}))) !== null),
    within(2_000, async () => (await ask(() => lookForWorker(models, temporal, taskQueue))).isThere),
    within(2_000, async () => (await room?.())?.isWritable ?? true),
  ])
  return {
    mongodb,
    temporal: server,
    // Only the record knows the workers: while it is down nothing is said of them.
    ...(mongodb && { worker }),
    ...(room && { room: hasRoom }),
    ...(isLeaving?.() && { staying: false }),
  }
}

async function within(ms: number, ask: () => Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, ms, false).unref())
  return Promise.race([ask().catch(() => false), late])
}

/** A page to browse the OpenAPI document, from files of our own: nothing is loaded from elsewhere. */
function createDocs(): Router {
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const router = Router()
  router.use(
    helmet.contentSecurityPolicy({
      directives: {
        'upgrade-insecure-requests': null,
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
      },
    }),
  )
  router.get('/', (_request, response) => void response.type('html').end(page))
  router.get('/start.js', (_request, response) => void response.type('js').end(script))
  router.use(express.static(assets, { index: false }))
  return router
}

const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>智改接口文档 · zhigai API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const script = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, defaultModelsExpandDepth: 0 })
`
