import { expect, it } from 'vitest'
import { refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import { wordsOf } from '../../policy/words/voice.ts'

it.each([
  ['operate', ['administrator'], '平台管理员', 'administrator'],
  ['readReads', ['auditor'], '审计人员', 'auditor'],
  ['readPeople', ['administrator', 'auditor'], '平台管理员、审计人员', 'administrator, auditor'],
] as const)('%s is refused with the roles that may', (what, allowed, zh, en) => {
  const refusal = refuseOnPlatform({ role: 'district' }, what)
  expect(refusal).toMatchObject({ code: 'not-your-role', allowed })
  expect(refusal && wordsOf(refusal)).toEqual({
    zh: `您的角色不能办理此事项，由${zh}办理。`,
    en: `Your role may not do this. It is for: ${en}.`,
  })
  for (const role of allowed) expect(refuseOnPlatform({ role }, what)).toBeUndefined()
})
