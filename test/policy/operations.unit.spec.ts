import { describe, expect, it } from 'vitest'
import {
  actOf,
  isAgreementOver,
  operationKinds,
  adminCommandOf,
  type OperationKind,
} from '../../policy/access/operations.ts'
import { people } from '../fixtures.ts'

const by = people.administrator
const kinds = Object.keys(operationKinds) as OperationKind[]

describe('what two administrators agree to', () => {
  const week = 7 * 86_400_000
  const at = new Date('2026-03-01T00:00:00.000Z')
  const approvedAt = new Date('2026-03-05T00:00:00.000Z')

  it.each([
    ['since it was proposed, where nobody has agreed yet', null, at],
    ['since it was agreed to', approvedAt, approvedAt],
  ])('holds for seven days and not a moment longer, %s', (_, agreed, since) => {
    const operation = { at, approvedAt: agreed, moves: [] }
    expect(isAgreementOver(operation, since.getTime() + week)).toBe(false)
    expect(isAgreementOver(operation, since.getTime() + week + 1)).toBe(true)
  })

  it('is over where nothing tells who did what', () => {
    expect(isAgreementOver({ at, approvedAt: at }, at.getTime())).toBe(true)
  })
})

describe('the order that an operation gives to a case', () => {
  const approved = { reason: '核查数据', by, approvedBy: 'adm-2' }

  it.each(['hold', 'endHold', 'restart'] as const)('%s: what it is called, by whom and why', (kind) => {
    expect(adminCommandOf({ kind, ...approved })).toEqual({ act: kind, ...approved })
    expect(actOf(kind)).toBe(kind)
  })

  it.each(['repair', 'retry', 'resend'] as const)('%s: none', (kind) => {
    expect(adminCommandOf({ kind, ...approved })).toBeUndefined()
    expect(actOf(kind)).toBeUndefined()
  })

  it.each(kinds)('%s: none before a second administrator has agreed', (kind) => {
    expect(adminCommandOf({ kind, ...approved, approvedBy: null })).toBeUndefined()
  })
})
