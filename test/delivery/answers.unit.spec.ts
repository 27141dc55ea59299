import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pauseAskedFor, verdictOfCall, verdictOfMail, type DeliveryVerdict } from '../../delivery/answers.ts'

/** What is done after every answer that HTTP has; those that are not named are outages, or mended by whoever runs the receiver. */
const expected: Partial<Record<number, DeliveryVerdict>> = { 410: 'off', 413: 'smaller' }
const statuses = Array.from({ length: 500 }, (_, at) => at + 100)
const classOf = (status: number): DeliveryVerdict => (status >= 200 && status < 300 ? 'delivered' : 'again')

describe('an answer of a receiver of calls', () => {
  it.each<[number, string, DeliveryVerdict]>([
    [200, 'OK', 'delivered'],
    [202, 'Accepted', 'delivered'],
    [204, 'No Content', 'delivered'],
    [299, 'of its own', 'delivered'],
    [301, 'Moved Permanently, which is not followed', 'again'],
    [308, 'Permanent Redirect, which is not followed', 'again'],
    [400, 'Bad Request', 'again'],
    [401, 'Unauthorized', 'again'],
    [404, 'Not Found', 'again'],
    [408, 'Request Timeout', 'again'],
    [409, 'Conflict', 'again'],
    [410, 'Gone', 'off'],
    [413, 'Content Too Large', 'smaller'],
    [429, 'Too Many Requests', 'again'],
    [500, 'Internal Server Error', 'again'],
    [502, 'Bad Gateway', 'again'],
    [503, 'Service Unavailable', 'again'],
    [504, 'Gateway Timeout', 'again'],
  ])('%i %s: %s', (status, _name, verdict) => {
    expect(verdictOfCall(status)).toBe(verdict)
  })

  it('has one meaning, whatever it is', () => {
    for (const status of statuses)
      expect([status, verdictOfCall(status)]).toEqual([status, expected[status] ?? classOf(status)])
  })
})

describe('a receiver that asks to be left alone', () => {
  const now = Date.parse('2021-04-01T01:00:00Z')
  const day = 86_400_000

  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['120', 120_000],
    ['0', null],
    ['86400', day],
    ['86401', day],
    ['999999999999', day],
    ['-5', null],
    ['soon', null],
    ['', null],
    ['Thu, 01 Apr 2021 01:02:00 GMT', 120_000],
    ['Thu, 01 Apr 2021 00:58:00 GMT', null],
    ['Thu, 01 Apr 2100 01:02:00 GMT', day],
  ])('by %j is, for %j milliseconds', (header, ms) => {
    expect(pauseAskedFor(header, now)).toBe(ms)
  })

  it('is for a day at most, whatever it says', () => {
    const pauses: number[] = []
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())
    const header = fc.oneof(fc.string(), fc.nat().map(String), dates)
    fc.assert(fc.property(header, (text) => void pauses.push(pauseAskedFor(text, now) ?? 1)))
    expect(Math.min(...pauses)).toBeGreaterThan(0)
    expect(Math.max(...pauses)).toBe(day)
  })
})

const failed = (responseCode: number | undefined, command: string | undefined) =>
  Object.assign(new Error('no'), {
    ...(responseCode !== undefined && { responseCode }),
    ...(command !== undefined && { command }),
  })

describe('an answer of a mail server', () => {
  it.each<[number | undefined, string | undefined, ReturnType<typeof verdictOfMail>]>([
    [550, 'RCPT TO', 'never'],
    [551, 'RCPT TO', 'never'],
    [553, 'RCPT TO', 'never'],
    [552, 'DATA', 'never'],
    [554, 'DATA', 'never'],
    [450, 'RCPT TO', 'again'],
    [451, 'DATA', 'again'],
    [452, 'RCPT TO', 'again'],
    // About us, and all our mail: somebody will set it right.
    [550, 'MAIL FROM', 'again'],
    [530, 'MAIL FROM', 'again'],
    [535, 'AUTH PLAIN', 'again'],
    [554, 'CONN', 'again'],
    [502, 'EHLO', 'again'],
    [421, 'CONN', 'again'],
    [undefined, 'CONN', 'again'],
    [undefined, undefined, 'again'],
  ])('%j to %s: %s', (responseCode, command, verdict) => {
    expect(verdictOfMail(failed(responseCode, command))).toBe(verdict)
  })

  it.each([null, undefined, 'no', 550, {}])('that is no error (%j) may pass', (thrown) => {
    expect(verdictOfMail(thrown)).toBe('again')
  })
})
