import { trace } from '@opentelemetry/api'
import { afterAll, expect, it, vi } from 'vitest'
import { startTracing } from '../../telemetry/tracing.ts'
import { startCollector } from './collector.ts'

afterAll(() => vi.unstubAllEnvs())

it('spans say of where they come from what the variables of OpenTelemetry say', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment=trial')
  vi.stubEnv('OTEL_SERVICE_NAME', 'ours')
  const collector = await startCollector()
  const tracing = await startTracing(collector.url, 'zhigai-test')
  trace.getTracer('a test').startSpan('a span').end()
  await tracing.stop()
  await collector.stop()
  const [body = ''] = collector.bodies
  expect(body).toContain('{"key":"service.name","value":{"stringValue":"ours"}}')
  expect(body).toContain('{"key":"deployment.environment","value":{"stringValue":"trial"}}')
})
