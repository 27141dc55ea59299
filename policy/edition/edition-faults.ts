import { conditionOf } from '../case/routes.ts'
import { findConditionFault } from './conditions.ts'
import type { DocumentFault } from './document-fault.ts'
import type { Edition, Rule } from './edition.ts'
import { editionWords } from './edition-words.ts'
import { platformRoles } from '../access/scope.ts'
import { termsFor } from './form.ts'
import { endOf } from './ends.ts'
import { findFormFaults } from './form-faults.ts'
import { findIntakeFaults } from './intake.ts'
import { findReminderFaults, findSameOfficerFaults, findTakeoverFaults } from './officer-faults.ts'
import { findAnswerFaults, findCertificateFaults, findWayFaults, routesIn } from './route-faults.ts'
import { kindOf, taskLabels } from '../stages/index.ts'

/** Everything that is wrong with an edition whose form is right. */
export function findEditionFaults(edition: Edition): DocumentFault[] {
  const faults = [
    ...findFormFaults(edition),
    ...findNameFaults(edition),
    ...findIntakeFaults(edition.intake),
    ...findStageFaults(edition),
    ...findConditionFaults(edition),
  ]
  return faults.length > 0 ? faults : findWayFaults(edition)
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

function findKindFaults(edition: Edition): DocumentFault[] {
  const kinds = new Set(termsFor(edition, 'parts').map(({ id }) => id))
  return edition.categories.flatMap(({ branches = [] }, category) =>
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
    const holders = stage.by.flatMap((role, place) => {
      const path = ['stages', at, 'by', place]
      const scope = edition.roles.find(({ id }) => id === role)?.scope
      if (scope === undefined) return [{ path, ...editionWords.noRole(role) }]
      const isBlind = scope === 'assigned' && !kindOf(stage).hands
      return isBlind ? [{ path, ...editionWords.seesNothing(role) }] : []
    })
    const isStuck = 'withdrawable' in stage && stage.withdrawable && !endOf(edition, 'withdrawn')
    return [
      ...holders,
      ...(isStuck ? [{ path: ['stages', at], ...editionWords.noEndWithdrawn() }] : []),
      ...(kindOf(stage).faults?.(edition, stage, at) ?? []),
    ]
  })
  return [
    ...faults,
    ...findReminderFaults(edition),
    ...findTakeoverFaults(edition),
    ...findSameOfficerFaults(edition),
    ...findCertificateFaults(edition),
    ...findAnswerFaults(edition),
  ]
}

function findConditionFaults(edition: Edition): DocumentFault[] {
  const { conditions, categories, stages } = edition
  return [
    ...ofRules(edition, conditions, ['conditions']),
    ...categories.flatMap(({ requires, branches = [] }, at) => [
      ...ofRules(edition, requires, ['categories', at, 'requires']),
      ...branches.flatMap(({ when }, branch) =>
        faultsOf(edition, when, ['categories', at, 'branches', branch, 'when']),
      ),
    ]),
    ...stages.flatMap((stage, at) => faultsOf(edition, conditionOf(stage), ['stages', at, 'when'])),
    ...routesIn(edition).flatMap(({ route, path }) => faultsOf(edition, route.when, [...path, 'when'])),
  ]
}

function ofRules(edition: Edition, rules: Rule[], path: (string | number)[]): DocumentFault[] {
  return rules.flatMap(({ when, require }, at) => [
    ...faultsOf(edition, when, [...path, at, 'when']),
    ...faultsOf(edition, require, [...path, at, 'require']),
  ])
}

function faultsOf(
  edition: Edition,
  condition: string | undefined,
  path: (string | number)[],
): DocumentFault[] {
  const fault = condition === undefined ? undefined : findConditionFault(edition, condition)
  return fault ? [{ path, zh: fault.zh, en: fault.en, offset: fault.start }] : []
}
