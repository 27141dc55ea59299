import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived: to whom the envelope says, and what is in it. */
export type Arrived = { to: string[]; mail: ParsedMail; raw: string }

/** A real mail server on the loopback address; it can be taken down and come back on the same port. */
export async function startMailServer() {
  const arrived: { to: string[]; raw: Buffer }[] = []
  const refusals: { at: 'MAIL' | 'RCPT' | 'DATA'; code: number }[] = []
  const refusalAt = (at: (typeof refusals)[number]['at']): Error | null => {
    const next = refusals[0]?.at === at ? refusals.shift() : undefined
    return next ? Object.assign(new Error('as the test says'), { responseCode: next.code }) : null
  }
  const create = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 500,
      onMailFrom: (_address, _session, done) => done(refusalAt('MAIL')),
      onRcptTo: (_address, _session, done) => done(refusalAt('RCPT')),
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const refusal = refusalAt('DATA')
          if (refusal) return done(refusal)
          arrived.push({ to: envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) })
          done()
        })
      },
    })
  let server = create()
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  await listen(0)
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** What it answers next, in this order, instead of taking a mail. */
    refusals,
    /** What has arrived since this was last asked, the oldest first. */
    async arrived(): Promise<Arrived[]> {
      const mails = arrived.splice(0)
      return Promise.all(
        mails.map(async ({ to, raw }) => ({ to, mail: await simpleParser(raw), raw: raw.toString() })),
      )
    },
    goDown: close,
    async comeBack() {
      server = create()
      await listen(port)
    },
    stop: close,
  }
}
