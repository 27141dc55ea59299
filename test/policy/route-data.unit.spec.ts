import { describe, expect, it } from 'vitest'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { createProcess } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { certificateAt, isCertifiedAt } from '../../policy/stages/index.ts'
import { aMarket, anEnterprise, cn, readText, treeMarket, woodPeople } from '../fixtures.ts'
import { faultsOf } from './broken-edition.ts'
import { given } from './given.ts'

const { edition } = treeMarket
const { child, oakNeighbour, elder, fireWatch, noiseWatch } = woodPeople
const costly = aMarket({ totalInvestment: '9.00' })
const filed = (form = aMarket()) =>
  given(treeMarket, '2026-03-02').filed(child, anEnterprise(), form).when(child, 'submit')
const passed = (form = aMarket()) => filed(form).when(oakNeighbour, 'claim', 'approve')

describe('where an answer leads', () => {
  it('depends on a condition, if the edition gives one', () => {
    expect(passed().when(fireWatch, 'claim', 'return').phase).toBe('sniff')
    expect(passed(costly).when(fireWatch, 'claim', 'return').phase).toBe('mending')
  })

  it('may give a time of its own to what is owed there, instead of the stage’s', () => {
    const short = filed().when(oakNeighbour, 'claim', 'return')
    expect([short.phase, short.deadline?.dueOn]).toEqual(['mending', '2026-03-06'])
    const usual = passed(costly).when(fireWatch, 'claim', 'return')
    expect(usual.deadline?.dueOn).toBe('2026-03-09')
  })

  it('may be back to who sent the case', () => {
    expect(filed().when(oakNeighbour, 'claim', 'return').when(child, 'resubmit').phase).toBe('sniff')
    const mending = passed(costly).when(fireWatch, 'claim', 'return')
    expect(mending.when(child, 'resubmit').phase).toBe('watches')
    const thunder = passed().when(fireWatch, 'claim', 'reject').when(elder, 'claim', 'return')
    expect(thunder.phase).toBe('watches')
  })

  it('says whether the clock that is left goes on or starts anew', () => {
    const anew = filed().on('2026-03-04').when(oakNeighbour, 'claim', 'return').when(child, 'resubmit')
    expect(anew.deadline?.dueOn).toBe('2026-03-09')
    const on = passed(costly).on('2026-03-04').when(fireWatch, 'claim', 'return')
    const back = on.on('2026-03-06').when(child, 'resubmit')
    expect(back.state.deadlines.map(({ part, days }) => [part, days])).toEqual([
      ['fireWatch', 4],
      ['noiseWatch', 4],
    ])
  })

  it('may leave a stage aside that is entered by name alone', () => {
    expect(passed().when(fireWatch, 'claim', 'reject').phase).toBe('thunder')
    const reviewed = passed().when(fireWatch, 'claim', 'approve').when(noiseWatch, 'claim', 'approve')
    expect(reviewed.when(oakNeighbour, 'claim', 'approve').phase).toBe('granted')
  })

  it('may leave the case in its stage, whose task waits for any officer again', () => {
    const text = readText('test/editions/tree-market.yaml').replace(
      'reject: trodden, return: sender',
      'reject: trodden, return: stay',
    )
    const thunder = given(createProcess(readEdition(text), cn), '2026-03-02')
      .filed(child, anEnterprise(), aMarket())
      .when(child, 'submit')
      .when(oakNeighbour, 'claim', 'approve')
      .when(fireWatch, 'claim', 'reject')
    const stayed = thunder.when(elder, 'claim', 'return')
    expect([stayed.state.value, stayed.state.case.sender]).toEqual([{ thunder: 'unclaimed' }, 'watches'])
  })

  it('may be one of several ends of an outcome', () => {
    const felled = filed().when(oakNeighbour, 'claim', 'reject')
    expect([felled.phase, project(edition, felled.state).outcome]).toEqual(['trodden', 'rejected'])
  })
})

describe('a supervision with fewer parts, that is not the last stage', () => {
  const open = passed()
    .when(fireWatch, 'claim', 'approve')
    .when(noiseWatch, 'claim', 'approve')
    .when(oakNeighbour, 'claim', 'approve')

  it('owes the completion alone, and leads on with it', () => {
    expect(open.steps.at(-1)?.effects).toEqual(['issueCertificate'])
    expect(open.state.tasks.map(({ task }) => task)).toEqual(['completion'])
    expect(open.actions(child)).toEqual(['complete'])
    const completing: ProjectEvent = { type: 'complete', completedOn: '2026-06-01', effects: [] }
    const done = open.on('2026-06-01').when(child, completing)
    expect([done.phase, project(edition, done.state).outcome]).toEqual(['knock', 'certified'])
    const late = open.until('2026-06-10').when(child, completing)
    expect([late.phase, late.steps.at(-1)?.effects]).toEqual(['closedLate', ['completeCertificate']])
  })

  it('has its certificate from where the edition says', () => {
    expect(certificateAt(edition)).toBe('granted')
    expect(edition.stages.filter((stage) => isCertifiedAt(edition, stage)).map(({ id }) => id)).toEqual([
      'granted',
      'knock',
    ])
  })

  it('has no certificate anywhere, where the edition names no place and nothing certifies', () => {
    const stages = edition.stages.filter(({ kind }) => kind !== 'supervision')
    const without = { ...edition, stages, certificate: { prefix: 'MARKET' } }
    expect(certificateAt(without)).toBeUndefined()
    expect(stages.filter((stage) => isCertifiedAt(without, stage))).toEqual([])
  })
})

describe('the same officer', () => {
  it('may decide two stages where the edition leaves them both, and no others', () => {
    const second = passed().when(fireWatch, 'claim', 'approve').when(noiseWatch, 'claim', 'approve')
    expect(second.refusal(oakNeighbour, 'claim')).toBeUndefined()
    const watch = { ...oakNeighbour, user: fireWatch.user }
    expect(second.refusal(watch, 'claim')).toEqual({ code: 'four-eyes' })
  })
})

describe('routes that are wrong', () => {
  const text = readText('test/editions/tree-market.yaml')

  it('of a third party that commissions another', () => {
    const mole = '  - { id: mole, zh: 鼹鼠, en: mole, scope: assigned }\n'
    const other = text
      .replace('\nstages:\n', `${mole}\nstages:\n`)
      .replace('roles: [neighbour, elder]', 'roles: [neighbour, mole]')
    const fault = faultsOf(other).find(({ path }) => path === 'stages.7.commissionedBy.roles.1')
    expect(fault?.en).toContain('does not commission itself')
  })

  it.each([
    [
      'to nowhere',
      'approve: granted, reject: felled }',
      'approve: heaven, reject: felled }',
      'stages.4.answers.approve',
      'there is no stage or end heaven',
    ],
    [
      'that are never taken',
      '        - { to: sniff, clock: resume }\n',
      '        - { to: sniff }\n        - { to: mending }\n',
      'stages.2.answers.return.1',
      'is never taken',
    ],
    [
      'that may leave an answer without one',
      '{ to: sniff, clock: resume }',
      '{ to: sniff, when: application.totalInvestment < yuan("2.00") }',
      'stages.2.answers.return.1',
      'the last route has no condition',
    ],
    [
      'with a condition that is none',
      'when: application.totalInvestment >= yuan("5.00"), clock',
      'when: application.heaven, clock',
      'stages.2.answers.return.0.when',
      'heaven',
    ],
    [
      'that cannot stay',
      'approve: next\n      return:\n',
      'approve: stay\n      return:\n',
      'stages.2.answers.approve',
      'cannot stay',
    ],
    [
      'back to nobody',
      'answers: { submit: next }',
      'answers: { submit: sender }',
      'stages.0.answers.submit',
      'no stage sends a case here',
    ],
    [
      'back to before the certificate',
      '- { id: pass, zh: 结实, en: sound, to: closed }',
      '- { id: pass, zh: 结实, en: sound, to: sniff }',
      'stages.7',
      'does not go back there',
    ],
    [
      'to a certificate nowhere',
      'issuedAt: granted',
      'issuedAt: heaven',
      'certificate.issuedAt',
      'there is no stage or end heaven',
    ],
    [
      'of the same officer as nobody',
      'sameOfficerAs: [sniff]',
      'sameOfficerAs: [heaven]',
      'stages.4.sameOfficerAs.0',
      'there is no stage heaven',
    ],
    [
      'of a quorum that cannot be',
      'passes: all',
      'passes: { quorum: 3 }',
      'stages.2.passes.quorum',
      'cannot be more than the 2 bodies',
    ],
    [
      'of one body',
      'by: [fireWatch, noiseWatch]',
      'by: [fireWatch]',
      'stages.2.by',
      'needs two bodies or more',
    ],
    [
      'of the same body twice',
      'by: [fireWatch, noiseWatch]',
      'by: [fireWatch, fireWatch]',
      'stages.2.by.1',
      'stands here twice',
    ],
    [
      'of an applicant as a body',
      'by: [fireWatch, noiseWatch]',
      'by: [fireWatch, child]',
      'stages.2.by.1',
      'is no role of officers',
    ],
    [
      'of a third party as a body',
      'by: [fireWatch, noiseWatch]',
      'by: [fireWatch, woodpecker]',
      'stages.2.by.1',
      'woodpecker sees only what was handed to them',
    ],
    [
      'of a joint commission of one',
      'roles: [neighbour, elder]',
      'roles: [neighbour]',
      'stages.7.commissionedBy.roles',
      'needs two bodies or more',
    ],
    [
      'of somebody who sees nothing',
      'by: [elder]\n    answers',
      'by: [woodpecker]\n    answers',
      'stages.5.by.0',
      'nothing is handed to anybody here',
    ],
    [
      'of a third party that commissions itself',
      'roles: [neighbour, elder]',
      'roles: [neighbour, woodpecker]',
      'stages.7.commissionedBy.roles.1',
      'does not commission itself',
    ],
    [
      'of a report that nobody commissions',
      'roles: [neighbour, elder]',
      'roles: [neighbour, owl]',
      'stages.7.commissionedBy.roles.1',
      'nobody holds the role owl',
    ],
    [
      'of an officer who commissions their own report',
      'by: [woodpecker]\n',
      'by: [elder]\n',
      'stages.7.commissionedBy.roles.1',
      'does not commission itself',
    ],
    ['of one grade twice', 'id: hollow,', 'id: pass,', 'stages.7.grades.1.id', 'stands here twice'],
  ])('%s', (_, from, to, path, reason) => {
    const base = from.startsWith('answers: { submit')
      ? text.replace(
          '    withdrawable: true\n  - id: sniff',
          '    answers: { submit: next }\n    withdrawable: true\n  - id: sniff',
        )
      : text
    expect(base).toContain(from)
    const fault = faultsOf(base.replace(from, to)).find((each) => each.path === path)
    expect(fault?.en).toContain(reason)
  })
})
