import { findConditionFault, isNever } from './conditions.ts'
import type { DocumentFault } from './document-fault.ts'
import type { Edition, Rule, Stage } from './edition.ts'
import { editionWords } from './edition-words.ts'
import { routesOf } from '../case/machine.ts'
import { platformRoles } from '../access/permissions.ts'
import { findReminderFaults, findTakeoverFaults } from './officer-faults.ts'
import { hasEnd } from '../stages/duty-of-stage.ts'
import { certifyingStage, kindOf, taskLabels } from '../stages/index.ts'
import type { StageState } from '../stages/kind.ts'

/** Everything that is wrong with an edition whose form is right. */
export function findEditionFaults(edition: Edition): DocumentFault[] {
  const faults = [...findNameFaults(edition), ...findStageFaults(edition), ...findConditionFaults(edition)]
  return faults.length > 0 ? faults : findRouteFaults(edition)
}

function findNameFaults(edition: Edition): DocumentFault[] {
  const { roles, bodies, categories, conditions, stages, ends } = edition
  const platform: readonly string[] = platformRoles
  return [
    ...findRepeats('roles', roles, 'id'),
    ...findRepeats('bodies', bodies, 'name'),
    ...findRepeats('bodies', bodies, 'code'),
    ...findRepeats('categories', categories, 'id'),
    ...findRepeats('conditions', conditions, 'id'),
    ...findRepeats('stages', stages, 'id'),
    ...findRepeats(
      'ends',
      ends,
      'id',
      stages.map(({ id }) => id),
    ),
    ...findRepeats('ends', ends, 'outcome'),
    ...findWrong(
      roles,
      ({ id }, at) =>
        platform.includes(id) && { path: ['roles', at, 'id'], ...editionWords.platformRole(id) },
    ),
    ...findTakenNames(edition),
    ...findKindFaults(edition),
  ]
}

/** Names that are told apart by nothing: a stage or an end beside the machine itself, or the tasks that kinds of stage bring. */
function findTakenNames({ id: edition, stages, ends }: Edition): DocumentFault[] {
  const ofKinds = Object.keys(taskLabels)
  return Object.entries({ stages, ends }).flatMap(([list, items]) =>
    items.flatMap(({ id }, at) => {
      const path = [list, at, 'id']
      if (ofKinds.includes(id)) return [{ path, ...editionWords.taskName(id) }]
      return id === edition ? [{ path, ...editionWords.editionName(id) }] : []
    }),
  )
}

function findKindFaults({ categories, vocabulary }: Edition): DocumentFault[] {
  const kinds = new Set(vocabulary.investment.map(({ id }) => id))
  return categories.flatMap(({ branches }, category) =>
    branches.flatMap(({ counts }, branch) =>
      findWrong(
        counts,
        (kind, at) =>
          !kinds.has(kind) && {
            path: ['categories', category, 'branches', branch, 'counts', at],
            ...editionWords.noInvestment(kind),
          },
      ),
    ),
  )
}

function findWrong<T>(
  list: readonly T[],
  look: (item: T, at: number) => DocumentFault | false,
): DocumentFault[] {
  return list.map(look).filter((fault) => fault !== false)
}

function findRepeats<K extends string>(
  list: string,
  items: readonly Record<K, string>[],
  key: K,
  taken: string[] = [],
): DocumentFault[] {
  const names = items.map((item) => item[key])
  const isTaken = (name: string, at: number) => taken.includes(name) || names.indexOf(name) < at
  return findWrong(
    names,
    (name, at) => isTaken(name, at) && { path: [list, at], ...editionWords.twice(name) },
  )
}

function findStageFaults(edition: Edition): DocumentFault[] {
  const faults = edition.stages.flatMap((stage, at) => {
    const holders = stage.by.flatMap((role, place) =>
      edition.roles.some(({ id }) => id === role)
        ? []
        : [{ path: ['stages', at, 'by', place], ...editionWords.noRole(role) }],
    )
    return [...holders, ...findLawFaults(edition, stage, at)]
  })
  const isEndless = !certifyingStage(edition) && !hasEnd(edition, 'certified')
  return [
    ...faults,
    ...findReminderFaults(edition),
    ...findTakeoverFaults(edition),
    ...(isEndless ? [{ path: ['ends'], ...editionWords.noEndCertified() }] : []),
  ]
}

/** Stages that a case may leave by withdrawing it, without an end for that, or enter undecided; the rest is the law of the kind. */
function findLawFaults(edition: Edition, stage: Stage, at: number): DocumentFault[] {
  const isStuck = 'withdrawable' in stage && stage.withdrawable && !hasEnd(edition, 'withdrawn')
  const isUndecided = kindOf(stage).takesEffect && !isBehindDecision(edition.stages.slice(0, at))
  return [
    ...(isUndecided ? [{ path: ['stages', at], ...editionWords.noDecisionBefore() }] : []),
    ...(isStuck ? [{ path: ['stages', at], ...editionWords.noEndWithdrawn() }] : []),
    ...(kindOf(stage).faults?.(edition, stage, at) ?? []),
  ]
}

/** Whether a case is examined in any stage from which it goes on directly behind these; those with a condition may be left out. */
function isBehindDecision(before: Stage[]): boolean {
  const inOrder = before.filter((stage) => kindOf(stage).inOrder)
  const sure = inOrder.findLastIndex((stage) => kindOf(stage).condition?.(stage) === undefined)
  return sure >= 0 && inOrder.slice(sure).every((stage) => kindOf(stage).examines)
}

function findConditionFaults({ conditions, categories, stages }: Edition): DocumentFault[] {
  return [
    ...ofRules(conditions, ['conditions']),
    ...categories.flatMap(({ requires, branches }, at) => [
      ...ofRules(requires, ['categories', at, 'requires']),
      ...branches.flatMap(({ when }, branch) =>
        faultsOf(when, ['categories', at, 'branches', branch, 'when']),
      ),
    ]),
    ...stages.flatMap((stage, at) => faultsOf(kindOf(stage).condition?.(stage), ['stages', at, 'when'])),
  ]
}

function ofRules(rules: Rule[], path: (string | number)[]): DocumentFault[] {
  return rules.flatMap(({ when, require }, at) => [
    ...faultsOf(when, [...path, at, 'when']),
    ...faultsOf(require, [...path, at, 'require']),
  ])
}

function faultsOf(condition: string | undefined, path: (string | number)[]): DocumentFault[] {
  const fault = condition === undefined ? undefined : findConditionFault(condition)
  return fault ? [{ path, zh: fault.zh, en: fault.en, offset: fault.start }] : []
}

function findRouteFaults(edition: Edition): DocumentFault[] {
  const ways = waysOf(edition)
  const reached = closure(ways, [edition.stages[0]?.id ?? ''])
  const back = new Map<string, string[]>()
  for (const [from, targets] of ways) for (const to of targets) back.set(to, [...(back.get(to) ?? []), from])
  const leading = closure(
    back,
    edition.ends.map(({ id }) => id),
  )
  return [
    ...edition.stages.flatMap(({ id }, at) => [
      ...(reached.has(id) ? [] : [{ path: ['stages', at], ...editionWords.noWayTo('stage', id) }]),
      ...(leading.has(id) ? [] : [{ path: ['stages', at], ...editionWords.noWayOut(id) }]),
    ]),
    ...edition.ends.flatMap(({ id }, at) =>
      reached.has(id) ? [] : [{ path: ['ends', at], ...editionWords.noWayTo('end', id) }],
    ),
  ]
}

function waysOf(edition: Edition): Map<string, string[]> {
  const routes = routesOf(edition)
  const never = new Set(edition.stages.filter(isNeverEntered).map(({ id }) => id))
  return new Map(
    edition.stages.map((stage) => [
      stage.id,
      targetsOf(kindOf(stage).state(stage, routes)).filter((id) => !never.has(id)),
    ]),
  )
}

function isNeverEntered(stage: Stage): boolean {
  const condition = kindOf(stage).condition?.(stage)
  return condition !== undefined && isNever(condition)
}

function targetsOf({ on = {}, states = {} }: StageState): string[] {
  const own = Object.values(on)
    .flat()
    .flatMap(({ target }) => (target?.startsWith('#') ? (target.slice(1).split('.')[0] ?? []) : []))
  return [...own, ...Object.values(states).flatMap(targetsOf)]
}

function closure(ways: ReadonlyMap<string, string[]>, start: string[]): Set<string> {
  const reached = new Set(start)
  for (const id of reached) for (const next of ways.get(id) ?? []) reached.add(next)
  return reached
}
