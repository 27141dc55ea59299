import { createTransport } from 'nodemailer'
import { verdictOfMail } from '../../answers.ts'
import { confirmationText } from './confirmation.ts'
import { UndeliveredError, type OutboundChannel, type OutgoingMessage } from '../../outgoing-message.ts'
import { mailTextOf } from './mail-text.ts'

/** One plain address: nothing that a header or a list of addresses could be made of. */
const plainAddress = /^[^\s\p{C}@,;:<>"()[\]\\]{1,64}@[^\s\p{C}@,;:<>"()[\]\\]{1,255}$/u

const patience = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 20_000,
}

/**
 * Sends messages as mail. A mail that is sent again, because nobody knows whether it arrived, has the same `Message-ID`:
 * it is left to the receiver to drop the repeat.
 */
export function createMailer(smtpUrl: string, from: string): OutboundChannel {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...patience,
  })
  return {
    async send(message, signal) {
      const mail = { ...mailOf(message, from), signal }
      await transport.sendMail(mail).catch((error: unknown) => {
        throw verdictOfMail(error) === 'never' ? new UndeliveredError(String(error)) : error
      })
    },
    async close() {
      transport.close()
    },
  }
}

function mailOf(message: OutgoingMessage, from: string) {
  const { name, address } = senderOf(from)
  const to = addressOf(message)
  const { subject, text, html, calendar } =
    message.code === null ? mailTextOf(message) : confirmationText(message.code)
  const contentType = 'text/calendar; charset=utf-8; method=PUBLISH'
  return {
    envelope: { from: address, to: [to] },
    from: { name, address },
    to: { name: '', address: to },
    messageId: `<${message.id}@${address.slice(address.lastIndexOf('@') + 1)}>`,
    date: message.at,
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: calendar === null ? [] : [{ filename: 'zhigai.ics', content: calendar, contentType }],
  }
}

function addressOf({ to: { email } }: OutgoingMessage): string {
  if (email === null || !plainAddress.test(email))
    throw new UndeliveredError('the recipient has no address that mail could go to')
  return email
}

/** A sender as it is written, with a name or without. */
function senderOf(text: string): { name: string; address: string } {
  const [, name, address] = /^\s*(.*?)\s*<(.+)>$/.exec(text) ?? []
  return name && address
    ? { name: name.replaceAll('"', ''), address }
    : { name: '智改', address: address ?? text }
}
