import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Whether an IP address belongs to the internet at large: not private, loopback, link-local, shared or embedding another. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
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
