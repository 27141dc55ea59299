import type { TokenSubject } from '../../portal/issuer.ts'

/** The demo accounts, as the embedded issuer signs for them. */
export const people = {
  administrator: { user: 'demo-administrator', role: 'administrator' },
  municipal: { user: 'demo-municipal', role: 'municipal' },
  auditor: { user: 'demo-auditor', role: 'auditor' },
  district: (district: string): TokenSubject => ({
    user: `demo-district-${district}`,
    role: 'district',
    district,
  }),
  enterprise: (uscc: string): TokenSubject => ({ user: `demo-enterprise-${uscc}`, role: 'enterprise', uscc }),
}
