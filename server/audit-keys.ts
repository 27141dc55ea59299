import { AnchorFault } from '../evidence/audit/anchor.ts'
import { openSigner, privateFile, type KeyLocation } from '../evidence/audit/keys.ts'
import type { Config } from './config.ts'
import { makeFolder } from './folders.ts'
import { isLoopback } from './guard-listener.ts'
import { keyFaultAsSentence } from './key-faults.ts'
import { UserError } from './user-error.ts'

/** Works with the keys of anchors; a key that cannot be used, or a file that cannot be read or written, is told in a sentence. */
export async function withKeys<T>(config: Config, work: (location: KeyLocation) => Promise<T>): Promise<T> {
  assertKeyNamed(config)
  if (config.audit.keyFile === undefined) makeFolder(config.dataDir)
  try {
    return await work(config.audit)
  } catch (error) {
    throw error instanceof AnchorFault ? new UserError(error.message) : keyFaultAsSentence(error)
  }
}

/**
 * Where the keys lie, by name, after a look whether they can sign: a process that could not would say so only when it must. The
 * children of `npm start` are told the addresses of embedded engines, and sign with the key that it has found or made.
 */
export async function usableKeys(config: Config): Promise<Config['audit']> {
  await withKeys(config, openSigner)
  return { ...config.audit, keyFile: privateFile(config.audit) }
}

/**
 * Throws where several machines may work on the same record and no key file is named: each process would sign with a key of its
 * own, which is a finding everywhere else.
 */
export function assertKeyNamed(config: Config): void {
  const { mongodbUri, temporalAddress, oidcIssuer, audit } = config
  const named = [mongodbUri, temporalAddress].filter((address) => address !== undefined)
  const isShared = named.length > 0 && (oidcIssuer !== undefined || !named.every(isOnThisMachine))
  if (!isShared || audit.keyFile !== undefined) return
  throw new UserError(
    '未设置 AUDIT_KEY_FILE：自备引擎的，所有进程须用同一签名密钥，见 docs/audit.md · ' +
      'AUDIT_KEY_FILE is not set: with engines of your own all processes must sign with one key, see docs/audit.md',
  )
}

/** Whether all hosts of an address are this machine; those of `mongodb+srv` are not known here. */
function isOnThisMachine(address: string): boolean {
  const hosts = address.replace(/^mongodb:\/\/([^@]*@)?/, '').replace(/[/?].*$/, '')
  return hosts.split(',').every((host) => isLoopback(host.replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, '')))
}
