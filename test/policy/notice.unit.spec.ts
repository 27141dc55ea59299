import { describe, expect, it } from 'vitest'
import { audiencesOf, mailboxesOf, mailboxOf } from '../../policy/notice.ts'
import { chongqing, people } from '../fixtures.ts'

const project = { district: '渝北区', uscc: people.clerk.uscc }

describe('who is meant by a role', () => {
  it('is by what the role may see, once for each role', () => {
    const notices = [
      { roles: ['district', 'enterprise'] },
      { roles: ['district', 'municipal', 'administrator'] },
    ]
    expect(audiencesOf(chongqing.edition, project, notices)).toEqual([
      { role: 'district', district: '渝北区', uscc: null },
      { role: 'enterprise', district: null, uscc: people.clerk.uscc },
      { role: 'municipal', district: null, uscc: null },
      { role: 'administrator', district: null, uscc: null },
    ])
  })

  it('is nobody, if the edition does not know it', () => {
    expect(audiencesOf(chongqing.edition, project, [{ roles: ['squirrel'] }])).toEqual([])
  })
})

describe('a mailbox', () => {
  it.each([
    ['clerk', ['lin', 'role:enterprise:', `role:enterprise:${people.clerk.uscc}`]],
    ['verifier', ['wang', 'role:district:', 'role:district:渝北区']],
    ['reviewer', ['chen', 'role:municipal:']],
  ] as const)('of a %s is theirs and their role’s', (who, recipients) => {
    expect(mailboxesOf(people[who])).toEqual(recipients)
  })

  it.each(['clerk', 'verifier', 'reviewer', 'elsewhere', 'competitor'] as const)(
    'of the roles of a case is seen by the %s if and only if they are meant',
    (who) => {
      const [audience] = audiencesOf(chongqing.edition, project, [{ roles: [people[who].role] }])
      if (!audience) throw new Error('nobody is meant')
      const isMeant = who !== 'elsewhere' && who !== 'competitor'
      expect(mailboxesOf(people[who]).includes(mailboxOf(audience))).toBe(isMeant)
    },
  )
})
