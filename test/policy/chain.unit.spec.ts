import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkOf, lineOf, seal, type Line, type Seal } from '../../policy/integrity/chain.ts'
import { digestOf } from '../../policy/integrity/digest.ts'
import { anApplication, anApplicationBody, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { given } from './given.ts'

describe('a digest', () => {
  it('is the SHA-256 of the canonical form', () => {
    expect(digestOf('abc')).toBe('sha256:6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25')
  })

  it('of nothing is that of null', () => {
    expect(digestOf(undefined)).toBe(digestOf(null))
  })

  it('does not know the order of keys, nor what is undefined', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(digestOf({ ...turned, nothing: undefined })).toBe(digestOf(value))
      }),
    )
  })
})

describe('a line', () => {
  const place = { project: 'p-1', at: '2021-03-01T04:00:00.000Z', request: 'r' }
  const moved = { ...large, site: '渝北区空港大道2号' }
  const { steps } = given(chongqing)
    .filed(people.clerk, anEnterprise(), anApplicationBody(large))
    .when(people.clerk, { type: 'amend', application: anApplication(moved) }, 'completeAssessment')

  it.each([
    ['file', anApplication(large)],
    ['amend', anApplication(moved)],
    ['completeAssessment', null],
  ])(
    'of %s has what happened, where and when, and the application if that brought one',
    (type, application) => {
      const step = steps.find(({ entry }) => entry.type === type)
      if (!step) throw new Error(`no ${type}`)
      const { application: kept, ...rest } = lineOf(step.entry, step.state, place)
      expect(rest).toEqual({ ...step.entry, ...place })
      if (application === null) expect(kept).toBeNull()
      else expect(kept).toMatchObject(application)
    },
  )
})

describe('a chain', () => {
  const lines = chainOf()

  it('begins with nothing and goes from link to link', () => {
    expect(lines.map(({ sealed }) => sealed.previous)).toEqual([
      null,
      ...lines.slice(0, -1).map(({ sealed }) => sealed.link),
    ])
  })

  it('has the link that is made of its lines again, through JSON', () => {
    for (const { line, sealed } of lines)
      expect(linkOf(JSON.parse(JSON.stringify(line)), sealed)).toBe(sealed.link)
  })

  it('notices a change of whatever it covers', () => {
    const [, second] = lines
    if (!second) throw new Error('the chain has one line')
    const { line, sealed } = second
    for (const key of Object.keys(line)) {
      const changed = { ...line, [key]: 'something else' } as Line
      expect([key, linkOf(changed, sealed)]).not.toEqual([key, sealed.link])
    }
    expect(linkOf(line, { ...sealed, previous: null })).not.toBe(sealed.link)
    expect(linkOf(line, { ...sealed, stateDigest: 'sha256:00' })).not.toBe(sealed.link)
  })
})

function chainOf(): { line: Line; sealed: Seal }[] {
  const { steps } = given(chongqing)
    .filed(people.clerk, anEnterprise(), anApplicationBody(large))
    .when(people.clerk, 'completeAssessment', 'submit')
    .when(people.verifier, 'claim', 'approve')
  const lines: { line: Line; sealed: Seal }[] = []
  for (const { entry, state } of steps) {
    const place = { project: 'p-1', at: `2021-03-01T04:00:0${state.revision}.000Z`, request: 'r' }
    const line = lineOf(entry, state, place)
    lines.push({ line, sealed: seal(line, state, lines.at(-1)?.sealed.link ?? null) })
  }
  return lines
}
