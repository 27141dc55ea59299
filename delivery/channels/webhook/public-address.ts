import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** All that is given out of IPv6 for the internet at large (RFC 4291, 2.4); below lie addresses that embed one of IPv4. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** Whether an IP address belongs to the internet at large: not private, loopback, link-local, shared or embedding another. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicast))
}

/** Whether the host of an address (as `URL` writes it) is an IP address that is not public; for these no name is looked up. */
export function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(address) && !isPublicAddress(address)
}

/** Looks a name up at the moment of connecting, so that what is checked is what is called; fails if one answer is private. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? []
    if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '', 0)
    if (found.some(({ address }) => !isPublicAddress(address)))
      return callback(new Error(`${hostname} is not a public address`), '', 0)
    if (options.all) return callback(null, found)
    callback(null, first.address, first.family)
  })
}
