import { describe, expect, it } from 'vitest'
import { audiencesOf } from '../../policy/notices/notice.ts'
import { isMailbox, mailboxOf } from '../../policy/notices/recipients.ts'
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
    [
      { role: 'enterprise', district: null, uscc: '91500112MA5ABCD195' },
      'mailbox:enterprise:91500112MA5ABCD195',
    ],
    [{ role: 'district', district: '渝北区', uscc: null }, 'mailbox:district:渝北区'],
    [{ role: 'municipal', district: null, uscc: null }, 'mailbox:municipal:'],
  ])('of %j is %s, and no person may be called so', (audience, recipient) => {
    expect(mailboxOf(audience)).toBe(recipient)
    expect([isMailbox(recipient), isMailbox('wang')]).toEqual([true, false])
  })
})
