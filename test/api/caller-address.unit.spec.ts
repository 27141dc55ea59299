import express, { type Request } from 'express'
import { describe, expect, it } from 'vitest'
import { callerAddress, proxiesOf } from '../../api/http/caller-address.ts'

/** Under which address a request is counted that comes from a peer with an `X-Forwarded-For`. */
function countedAs(proxies: string[], peer: string, forwarded?: string): string {
  const app = express().set('trust proxy', proxiesOf(proxies))
  const request = Object.create(app.request, {
    app: { value: app },
    headers: { value: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    socket: { value: { remoteAddress: peer } },
  }) as Request
  return callerAddress(request)
}

describe('whom a request is counted for', () => {
  it.each([
    ['no setting', [], '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['a proxy that is named', ['10.0.0.1'], '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['a subnet', ['10.0.0.0/8'], '10.9.9.9', '203.0.113.7', '203.0.113.7'],
    [
      'an address of IPv4 on a socket of IPv6',
      ['10.0.0.0/8'],
      '::ffff:10.9.9.9',
      '203.0.113.7',
      '203.0.113.7',
    ],
    ['IPv6', ['fd00::/8'], 'fd00::1', '203.0.113.7', '203.0.113.7'],
    ['another peer', ['10.0.0.0/8'], '192.168.0.1', '203.0.113.7', '192.168.0.1'],
    ['what a caller has put before', ['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['two proxies in a row', ['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['no header', ['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
    ['a port behind it', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7:5123', '203.0.113.7'],
    ['a port behind IPv6', ['10.0.0.0/8'], '10.0.0.1', '[2001:db8::7]:5123', '2001:db8::/56'],
    ['one household of IPv6', ['10.0.0.0/8'], '10.0.0.1', '2001:db8:0:ff::7', '2001:db8::/56'],
  ])('%s', (_what, proxies, peer, forwarded, counted) => {
    expect(countedAs(proxies, peer, forwarded)).toBe(counted)
  })
})
