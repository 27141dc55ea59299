import { describe, expect, it } from 'vitest'
import { createOpenApi } from '../../api/http/openapi.ts'
import { statusOf } from '../../api/http/problem.ts'
import { errors, refusalMembers } from '../../policy/errors.ts'
import { allRoutes } from '../support/routes.ts'

type Operation = { responses: Record<string, { content: Record<string, unknown> }> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { properties: Record<string, unknown> }> }
}

const document = createOpenApi(allRoutes) as unknown as Document

describe.each(allRoutes)('$method $path', ({ method, path, access, errors: codes, answer }) => {
  const statuses = Object.keys(document.paths[`/api/v1${path}`]?.[method]?.responses ?? {})

  it('documents every status that it answers with', () => {
    const refused = codes.map((code) => String(statusOf[errors[code].kind]))
    expect(statuses.toSorted()).toEqual(
      [
        ...new Set([...refused, `${answer.status}`, ...(answer.orElse ? [`${answer.orElse.status}`] : [])]),
      ].toSorted(),
    )
  })

  it('documents what follows from its form', () => {
    const ofAll = ['400', '408', '422', '429', '431', '503']
    const ofForm = [...(access === 'signedIn' ? ['401'] : []), ...(method === 'get' ? [] : ['413', '415'])]
    expect(statuses).toEqual(expect.arrayContaining([...ofAll, ...ofForm]))
  })
})

it('a problem document has every member that a refusal may carry', () => {
  expect(Object.keys(document.components.schemas['Problem']?.properties ?? {})).toEqual(
    expect.arrayContaining([
      'type',
      'title',
      'status',
      'code',
      'detail',
      'zh',
      'en',
      ...Object.keys(refusalMembers),
    ]),
  )
})
