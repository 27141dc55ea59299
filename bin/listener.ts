import { lookup } from 'node:dns/promises'
import net from 'node:net'
import type { Config } from './config.ts'
import { assertPortFree } from './engines/ports.ts'

/** Where a child finds the listener that its parent has opened: the first descriptor behind stdin, stdout and stderr. */
export const listenerFd = 3

/**
 * The listening socket of an installation, on which this process accepts nothing: whoever serves inherits it and accepts by
 * itself. So the port stays open while those who serve come and go, connections wait in the kernel's queue while nobody does, and
 * the connections of a process that dies die with it.
 */
export type Listener = { fd: number; close(): void }

/** Opens the port; the first process that serves makes it listen. */
export async function openListener({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Listener> {
  const { address, family } = await lookup(host)
  const handle = createServerHandle(address, port, family)
  if (typeof handle !== 'number') return handle
  await assertPortFree(host, port)
  throw new Error(`cannot open port ${port} on ${host} (${handle})`)
}

/** As `node:cluster` makes the sockets that its workers share; a `net.Server` would accept as well. A number is an error. */
const { _createServerHandle: createServerHandle } = net as typeof net & {
  _createServerHandle(this: void, address: string, port: number, family: number): Listener | number
}
