import { createTransport } from 'nodemailer'
import { verdictOfMail } from '../../answers.ts'
import { confirmationText } from './confirmation.ts'
import { UndeliveredError, type Carrier, type Letter } from '../../letter.ts'
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
 * Sends letters as mail. A mail that is sent again, because nobody knows whether it arrived, has the same `Message-ID`:
 * it is left to the receiver to drop the repeat.
 */
export function createMailer(smtpUrl: string, from: string): Carrier {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...patience,
  })
  return {
    async carry(letter, signal) {
      const mail = { ...mailOf(letter, from), signal }
      await transport.sendMail(mail).catch((error: unknown) => {
        throw verdictOfMail(error) === 'never' ? new UndeliveredError(String(error)) : error
      })
    },
    async close() {
      transport.close()
    },
  }
}

function mailOf(letter: Letter, from: string) {
  const { name, address } = senderOf(from)
  const to = addressOf(letter)
  const { subject, text, html, calendar } =
    letter.code === null ? mailTextOf(letter) : confirmationText(letter.code)
  const contentType = 'text/calendar; charset=utf-8; method=PUBLISH'
  return {
    envelope: { from: address, to: [to] },
    from: { name, address },
    to: { name: '', address: to },
    messageId: `<${letter.id}@${address.slice(address.lastIndexOf('@') + 1)}>`,
    date: letter.at,
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: calendar === null ? [] : [{ filename: 'zhigai.ics', content: calendar, contentType }],
  }
}

function addressOf({ to: { email } }: Letter): string {
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
