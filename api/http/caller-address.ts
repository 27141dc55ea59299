import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import ipaddr from 'ipaddr.js'

/** Whether an address is one of the proxies whose word about their callers is taken. */
type Proxies = (address: string) => boolean

/** The proxies of a list of addresses and subnets; throws if one of them is neither. */
export function proxiesOf(list: readonly string[]): Proxies {
  const ranges = list.map((text) => {
    const [address = '', bits] = text.split('/')
    // `10.1` is an address to the library, and a slip of the pen here.
    if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) throw new Error(text)
    return bits === undefined
      ? ipaddr.parseCIDR(`${address}/${address.includes(':') ? 128 : 32}`)
      : ipaddr.parseCIDR(text)
  })
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits))
  }
}

/** What an address counts as: itself, or the network of one household where it is of IPv6. */
export function addressKey(address: string): string {
  return ipKeyGenerator(address)
}

/**
 * Under which address a request is counted: that of the connection, or, where that is a proxy that is trusted, the nearest one in
 * `X-Forwarded-For` that is none. Some proxies name a port as well.
 */
export function callerAddress({ ip = '' }: Request): string {
  const [, v4, v6] = /^(?:([\d.]+):\d+|\[(.+)\](?::\d+)?)$/.exec(ip) ?? []
  return addressKey(v4 ?? v6 ?? ip)
}
