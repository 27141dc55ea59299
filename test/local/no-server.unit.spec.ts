import { expect, it } from 'vitest'
import { createClient } from '../../local/client.ts'
import { readConfig } from '../../server/config.ts'
import { withEngines, withModels, withTemporal } from '../../local/engines-at-hand.ts'
import { freePort } from '../../server/ports.ts'
import { UserError } from '../../server/user-error.ts'

const issuer = { sign: () => Promise.resolve('token') }
const caught = (asked: Promise<unknown>) =>
  asked.then(
    () => expect.fail(),
    (error: unknown) => error,
  )

it('a command that calls the API is told the address where nothing answers, and what to do', async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`
  const error = await caught(createClient(baseUrl, issuer).request('GET', '/api/v1/library'))
  expect(error).toBeInstanceOf(UserError)
  expect(String(error)).toContain(`nothing answers at ${baseUrl}: run npm start first`)
  expect(String(error)).toContain(`${baseUrl} 无应答：请先运行 npm start`)
  expect(String(error)).not.toMatch(/\n|ECONNREFUSED/)
})

it.concurrent.each([
  [
    'MongoDB',
    (config: ReturnType<typeof readConfig>) => withModels(config, () => expect.fail()),
    'MONGODB_URI',
  ],
  [
    'Temporal',
    ({ temporalAddress = '' }: ReturnType<typeof readConfig>) =>
      withTemporal(temporalAddress, 'default', () => expect.fail()),
    'TEMPORAL_ADDRESS',
  ],
  [
    'MongoDB',
    (config: ReturnType<typeof readConfig>) => withEngines(config, () => expect.fail()),
    'MONGODB_URI',
  ],
])(
  'a command that needs %s is told the same, without the password',
  async (name, run, setting) => {
    const port = await freePort()
    const config = readConfig({
      MONGODB_URI: `mongodb://who:secret@127.0.0.1:${port}/zhigai`,
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    })
    const error = await caught(run(config))
    expect(error).toBeInstanceOf(UserError)
    const { message } = error as UserError
    expect(message).toContain(`127.0.0.1:${port}`)
    expect(message).toContain(name)
    expect(message).toContain(setting)
    expect(message).toMatch(/无应答.* · .*does not answer/)
    expect(message).not.toMatch(/\n|secret/)
  },
  20_000,
)
