import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Intake, intakeAt, type IntakeState } from '../../policy/edition/intake.ts'
import { closedWords } from '../../policy/edition/intake-words.ts'
import { chongqingText } from '../fixtures.ts'
import { faultsOf } from './broken-edition.ts'

const source = { article: '申报时间', source: 'notice' } as const
const at = (text: string) => Date.parse(`${text}+08:00`)
const shown = (state: IntakeState) => JSON.stringify(state)

it('an edition that says nothing takes applications always', () => {
  const always = { open: true, round: null, closesAt: null }
  expect(intakeAt(undefined, at('1999-01-01T00:00'))).toEqual(always)
  expect(intakeAt({ rounds: 'always', ...source }, at('2099-01-01T00:00'))).toEqual(always)
})

describe('windows are kept to the minute, the last one excluded', () => {
  const rounds = [
    { id: '2023', opens: '2023-01-28 10:00', closes: '2023-02-28 24:00' },
    { id: '2024', opens: '2024-03-01 00:00', closes: '2024-03-02 12:30' },
  ]
  const intake: Intake = { rounds, ...source }
  it.each<[string, IntakeState]>([
    ['2023-01-28T09:59:59.999', { open: false, opensAt: at('2023-01-28T10:00') }],
    ['2023-01-28T10:00', { open: true, round: '2023', closesAt: at('2023-03-01T00:00') }],
    ['2023-02-28T23:59:59.999', { open: true, round: '2023', closesAt: at('2023-03-01T00:00') }],
    ['2023-03-01T00:00', { open: false, opensAt: at('2024-03-01T00:00') }],
    ['2024-03-02T12:29', { open: true, round: '2024', closesAt: at('2024-03-02T12:30') }],
    ['2024-03-02T12:30', { open: false, opensAt: null }],
  ])('%s', (instant, state) => {
    expect(intakeAt(intake, at(instant))).toEqual(state)
  })
})

describe('a yearly round comes every year, also over its end', () => {
  const spring: Intake = { rounds: 'yearly', opens: '03-01 00:00', closes: '05-31 24:00', ...source }
  const winter: Intake = { rounds: 'yearly', opens: '11-01 08:00', closes: '02-15 18:00', ...source }
  it.each<[string, Intake, string, IntakeState]>([
    ['spring, before', spring, '2025-02-28T23:59', { open: false, opensAt: at('2025-03-01T00:00') }],
    ['spring', spring, '2025-05-31T23:59', { open: true, round: '2025', closesAt: at('2025-06-01T00:00') }],
    ['spring, after', spring, '2025-06-01T00:00', { open: false, opensAt: at('2026-03-01T00:00') }],
    [
      'winter, its first year',
      winter,
      '2025-12-31T12:00',
      { open: true, round: '2025', closesAt: at('2026-02-15T18:00') },
    ],
    [
      'winter, its second year',
      winter,
      '2026-01-01T00:00',
      { open: true, round: '2025', closesAt: at('2026-02-15T18:00') },
    ],
    ['winter, after', winter, '2026-02-15T18:00', { open: false, opensAt: at('2026-11-01T08:00') }],
  ])('%s', (_, intake, instant, state) => {
    expect(intakeAt(intake, at(instant))).toEqual(state)
  })

  it('is open or says when it will be, and is open then', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(spring, winter),
        fc.integer({ min: at('2000-01-01T00:00'), max: at('2199-01-01T00:00') }),
        (intake, now) => {
          const state = intakeAt(intake, now)
          if (state.open) {
            expect(state.closesAt).toBeGreaterThan(now)
            expect(shown(intakeAt(intake, state.closesAt ?? 0))).toContain('"open":false')
          } else {
            expect(state.opensAt).toBeGreaterThan(now)
            expect(intakeAt(intake, state.opensAt ?? 0)).toMatchObject({ open: true })
            expect(intakeAt(intake, (state.opensAt ?? 0) - 1)).toEqual(state)
          }
        },
      ),
    )
  })
})

it('whoever comes too early is told the day and the hour', () => {
  const title = { zh: '认定', en: 'Certification' }
  expect(closedWords(title, at('2023-01-28T10:00'))).toEqual({
    zh: '「认定」现不受理申报，自2023年1月28日 10:00起受理。',
    en: 'Applications for “Certification” are taken from 2023-01-28 10:00 (Beijing time) on.',
  })
  expect(closedWords(title, null).zh).toBe('「认定」的申报已经截止。')
})

describe('an intake that cannot be', () => {
  const cited = 'article: 申报时间, source: notice'
  const rounds = (...all: string[]) => withIntake(`{ rounds: [${all.join(', ')}], ${cited} }`)
  it.each([
    ['a day that is not', rounds(round('1', '2023-02-29 10:00', '2023-03-01 10:00')), 'intake.rounds.0'],
    [
      'closing before it opens',
      rounds(round('1', '2023-03-02 10:00', '2023-03-01 10:00')),
      'intake.rounds.0',
    ],
    [
      'one name twice',
      rounds(
        round('1', '2023-01-02 10:00', '2023-01-03 10:00'),
        round('1', '2024-01-02 10:00', '2024-01-03 10:00'),
      ),
      'intake.rounds.1',
    ],
    [
      'windows that meet',
      rounds(
        round('1', '2023-01-02 10:00', '2023-01-04 10:00'),
        round('2', '2023-01-03 10:00', '2023-01-05 10:00'),
      ),
      'intake.rounds.1',
    ],
    ['no time', rounds(round('1', '2023-01-02', '2023-01-04 10:00')), 'intake.rounds.0.opens'],
    [
      'an hour that is not',
      rounds(round('1', '2023-01-02 25:00', '2023-01-04 10:00')),
      'intake.rounds.0.opens',
    ],
    [
      'a yearly round without an end',
      withIntake(`{ rounds: yearly, opens: 03-01 00:00, ${cited} }`),
      'intake.closes',
    ],
    [
      'a yearly day that is in no year',
      withIntake(`{ rounds: yearly, opens: 02-30 00:00, closes: 03-01 00:00, ${cited} }`),
      'intake.opens',
    ],
    ['always, with an end', withIntake(`{ rounds: always, closes: 03-01 00:00, ${cited} }`), 'intake.closes'],
    ['no rounds', withIntake(`{ rounds: [], ${cited} }`), 'intake.rounds'],
    ['rounds of another kind', withIntake(`{ rounds: sometimes, ${cited} }`), 'intake.rounds'],
  ])('%s', (_, text, path) => {
    expect(faultsOf(text).map((fault) => fault.path)).toEqual([path])
  })

  it('is right as it should be', () => {
    expect(faultsOf(rounds(round('1', '2023-01-02 10:00', '2023-01-04 24:00')))).toEqual([])
    expect(
      faultsOf(withIntake(`{ rounds: yearly, opens: 03-01 00:00, closes: 02-15 18:00, ${cited} }`)),
    ).toEqual([])
  })
})

function withIntake(intake: string): string {
  return chongqingText.replace('roles:\n', `intake: ${intake}\nroles:\n`)
}

function round(id: string, opens: string, closes: string): string {
  return `{ id: '${id}', opens: ${opens}, closes: ${closes} }`
}
