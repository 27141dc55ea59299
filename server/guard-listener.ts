import { inBoth } from '../policy/words/bilingual.ts'
import { UserError } from './user-error.ts'

/** The settings that decide who reaches the listener. */
type ListenerSettings = {
  HOST: string
  OIDC_ISSUER?: string | undefined
  TRUSTED_PROXIES: string[]
  RATE_LIMIT: 'on' | 'off'
}

/** Refuses what would be open to other machines: the portal that anyone may use, and calls without a limit. */
export function guardListener({ HOST, OIDC_ISSUER, TRUSTED_PROXIES, RATE_LIMIT }: ListenerSettings): void {
  if (!isLoopback(HOST) && OIDC_ISSUER === undefined) refuseOpenHost(HOST)
  // Whatever other machines can reach has an issuer of its own, or a proxy before it.
  const isReached = OIDC_ISSUER !== undefined || TRUSTED_PROXIES.length > 0
  if (RATE_LIMIT === 'off' && isReached) refuseNoLimit()
}

/** Whether a host is this machine, as far as its name tells. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function refuseOpenHost(host: string): never {
  throw new UserError(
    inBoth(
      `设置 HOST 为 "${host}"，其他机器可以访问，而内置登录页的演示账号人人可用；请将 OIDC_ISSUER 设为贵单位的统一认证，或将 HOST 设为 127.0.0.1`,
      `HOST is "${host}", which other machines can reach, and the embedded portal has demo accounts that anyone could use; ` +
        'set OIDC_ISSUER to your own identity provider, or HOST to 127.0.0.1',
    ),
  )
}

function refuseNoLimit(): never {
  throw new UserError(
    inBoth(
      '设置 RATE_LIMIT 为 "off"，只供本机测试，不得与 OIDC_ISSUER、TRUSTED_PROXIES 同用；请改为 on',
      'RATE_LIMIT is "off", which is for tests on this machine alone and cannot go with OIDC_ISSUER or TRUSTED_PROXIES; set it to on',
    ),
  )
}
