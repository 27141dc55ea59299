import { createServing } from '../../server/serving.ts'
import type { Times } from '../../server/http-server.ts'

// A server of ours for tests to try its limits, and to kill. It ends with whoever
// started it; `/hang` is never answered, of anything else the body is read.
const { times, ...config } = JSON.parse(process.argv[2] ?? '') as Parameters<typeof createServing>[1] & {
  times: Partial<Times>
}
const serving = createServing(
  (request, response) => {
    if (request.url !== '/hang') request.resume().once('end', () => response.end('done'))
  },
  config,
  { times },
)
process.once('disconnect', () => process.exit())
await serving.open()
process.send?.('ready')
