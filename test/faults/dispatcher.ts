import { pino } from 'pino'
import { connectModels } from '../../models/index.ts'
import { createMailer } from '../../delivery/channels/email/email.ts'
import { createDispatcher } from '../../delivery/dispatcher.ts'

// A dispatcher for tests to kill, with a clock of its own, which begins at the instant that it is given. It ends with whoever started it.
const [mongoUri = '', smtpUrl = '', beginsAt = ''] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const models = await connectModels(mongoUri)
const ahead = Number(beginsAt) - Date.now()
const dispatcher = createDispatcher({
  models,
  channels: { email: createMailer(smtpUrl, 'zhigai@example.org'), webhook: null },
  now: () => Date.now() + ahead,
  logger: pino({ level: 'silent' }),
})
process.send?.('ready')
await dispatcher.run()
