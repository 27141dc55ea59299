import { pino } from 'pino'
import { connectModels } from '../../dist/models/index.js'
import { createMailer } from '../../dist/delivery/channels/email/email.js'
import { createDispatcher } from '../../dist/delivery/dispatcher.js'

// A dispatcher for tests to kill, with a clock of its own, which begins at the instant that it is given. Runs from the build, as the real
// one does, and ends with whoever started him.
const [mongoUri = '', smtpUrl = '', beginsAt = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const models = await connectModels(mongoUri)
const ahead = Number(beginsAt) - Date.now()
const dispatcher = createDispatcher({
  models,
  carriers: { email: createMailer(smtpUrl, 'zhigai@example.org'), webhook: null },
  now: () => Date.now() + ahead,
  publicUrl: 'https://zhigai.example.org',
  logger: pino({ level: 'silent' }),
})
process.send?.('ready')
await dispatcher.run()
