import { createServing } from '../../dist/server/serving.js'

// A server of ours for tests to try its limits, and to kill. Runs from the build, as the real one does, and ends with whoever
// started it; `/hang` is never answered, of anything else the body is read.
const { times, ...config } = JSON.parse(process.argv[2])
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
