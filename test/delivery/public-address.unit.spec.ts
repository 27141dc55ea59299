import { describe, expect, it } from 'vitest'
import { isPrivateHost, isPublicAddress } from '../../delivery/channels/webhook/public-address.ts'

describe('an address that a webhook may go to', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '2001:4860:4860::8888'])('%s is public', (address) => {
    expect([isPublicAddress(address), isPrivateHost(address)]).toEqual([true, false])
  })

  it.each([
    ['of IPv4, compatible', '::7f00:1'],
    ['of IPv4, compatible and dotted', '::127.0.0.1'],
    ['of IPv4, compatible and public', '::808:808'],
    ['of IPv4, mapped', '::ffff:7f00:1'],
    ['of IPv4, translated', '::ffff:0:7f00:1'],
    ['by NAT64', '64:ff9b::7f00:1'],
    ['by NAT64 of a network', '64:ff9b:1::7f00:1'],
    ['by 6to4', '2002:7f00:1::'],
    ['by Teredo', '2001::7f00:1'],
    ['unique local', 'fd00::1'],
    ['site-local', 'fec0::1'],
    ['link-local', 'fe80::1'],
    ['loopback', '::1'],
    ['unspecified', '::'],
    ['multicast', 'ff02::1'],
    ['for documents', '2001:db8::1'],
    ['for documents, the larger', '3fff::1'],
    ['discarded', '100::1'],
    ['of a block that nobody has', '4000::1'],
    ['private', '10.1.2.3'],
    ['shared', '100.64.0.1'],
    ['of benchmarks', '198.18.0.1'],
    ['of this network', '0.0.0.1'],
    ['broadcast', '255.255.255.255'],
  ])('%s is none: %s', (_what, address) => {
    expect([isPublicAddress(address), isPrivateHost(address), isPrivateHost(`[${address}]`)]).toEqual([
      false,
      true,
      true,
    ])
  })
})
