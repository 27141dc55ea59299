import { describe, expect, it } from 'vitest'
import type { Route } from '../../api/http/route.ts'
import type { Actor } from '../../policy/case/case.ts'
import { RefusalError } from '../../policy/errors.ts'
import { nameOfRole } from '../../policy/case/labels.ts'
import { wordsOf } from '../../policy/words/voice.ts'
import { anEnterprise, chongqing } from '../fixtures.ts'
import { allRoutes } from '../support/routes.ts'

const { edition } = chongqing
const roles = [
  'enterprise',
  'enterpriseAdmin',
  'district',
  'municipal',
  'auditor',
  'administrator',
  'plumber',
]

/** Those that look into the record before they look at the role; what they say is asked in tests of their own. */
const afterLooking = [
  'post /projects/{id}/events',
  'get /projects/{id}/history',
  'get /projects/{id}/history/stream',
  'get /projects/{id}/actions/{type}',
  'get /projects/{id}/proof',
  'get /feeds/{secret}.ics',
]
const nameOf = ({ method, path }: Route) => `${method} ${path}`
const byRole = allRoutes.filter(({ errors }) => errors.includes('not-your-role'))
const gates = byRole.filter((each) => !afterLooking.includes(nameOf(each)))

/** How a route refuses a role; nothing where it lets it in, whatever it comes to without an engine. */
async function refusalOf({ path, handle }: Route, caller: Actor) {
  const params = Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 'cn']))
  const question = { params, query: {}, body: {}, caller, request: 'r', ifRevision: null, lastEventId: null }
  try {
    await handle({ ...question, idempotencyKey: 'k', prefers: () => false })
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code === 'not-your-role') return error.refusal
  }
  return undefined
}

describe.each(gates)('$method $path', (each) => {
  it('names, to each role that may not, those that may and no other', async () => {
    const answers = await Promise.all(
      roles.map(async (role) => {
        const caller = { user: 'x', role, district: '渝北区', uscc: anEnterprise().uscc }
        return [role, await refusalOf(each, caller)] as const
      }),
    )
    const may = answers.flatMap(([role, refusal]) => (refusal ? [] : [role]))
    const refused = answers.flatMap(([, refusal]) => refusal ?? [])
    expect(refused).not.toEqual([])
    for (const refusal of refused) {
      expect(refusal.allowed?.toSorted()).toEqual(may.toSorted())
      const names = (refusal.allowed ?? []).map((role) => nameOfRole(edition, role))
      expect(wordsOf(refusal)).toEqual({
        zh: `您的角色不能办理此事项，由${names.map(({ zh }) => zh).join('、')}办理。`,
        en: `Your role may not do this. It is for: ${names.map(({ en }) => en).join(', ')}.`,
      })
    }
  })
})

it('every other route that refuses roles is there', () => {
  expect(byRole.map(nameOf)).toEqual(expect.arrayContaining(afterLooking))
})
