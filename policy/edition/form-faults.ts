import { yuanToFen } from './money.ts'
import { fieldsNamed, findConditionFault, isOfForm } from './conditions.ts'
import type { DocumentFault } from './document-fault.ts'
import { editionWords } from './edition-words.ts'
import type { Edition } from './edition.ts'
import { commonFields, largestLine, largestNumber, mostPercent, type Check, type Field } from './field.ts'
import { fieldFor } from './form.ts'

/** Names that mean something else beside the fields of a form: what an enterprise that looks for itself sends with them. */
const taken = new Set<string>([...commonFields, 'enterprise', 'implementedInCity', 'certifiedBefore'])

/** What is wrong with the form of an edition: its fields, their limits, what it asks of them and what it lacks. */
export function findFormFaults(edition: Edition): DocumentFault[] {
  const { form, checks = [], vocabulary } = edition
  const isOneForm = (form === undefined) !== (vocabulary === undefined)
  if (!isOneForm) return [{ path: form ? ['vocabulary'] : ['form'], ...editionWords.oneForm() }]
  if (vocabulary) return checks.length > 0 ? [{ path: ['checks'], ...editionWords.checksOfForm() }] : []
  const fields = form ?? []
  return [
    ...fields.flatMap((field, at) => findFieldFaults(edition, fields, field, at)),
    ...checks.flatMap((check, at) => findCheckFaults(edition, fields, check, at)),
    ...findLacks(edition),
  ]
}

function findFieldFaults(
  edition: Edition,
  fields: readonly Field[],
  field: Field,
  at: number,
): DocumentFault[] {
  const { id } = field
  const path = ['form', at]
  const before = fields.slice(0, at)
  const use = 'as' in field ? field.as : undefined
  const isUsedTwice = use !== undefined && before.some((other) => 'as' in other && other.as === use)
  const isListed = use !== undefined && use !== 'papers' && 'copies' in field && field.copies !== undefined
  return [
    ...(taken.has(id) ? [{ path: [...path, 'id'], ...editionWords.commonField(id) }] : []),
    ...(before.some((other) => other.id === id)
      ? [{ path: [...path, 'id'], ...editionWords.twice(id) }]
      : []),
    ...(isUsedTwice ? [{ path: [...path, 'as'], ...editionWords.twice(use) }] : []),
    ...(isListed ? [{ path: [...path, 'copies'], ...editionWords.oneValue(use) }] : []),
    ...('of' in field ? findTermFaults(field.of, [...path, 'of']) : []),
    ...(isPossible(field) ? [] : [{ path: [...path, 'atLeast'], ...editionWords.noneBetween() }]),
    ...findAskingFaults(edition, before, field, path),
  ]
}

function findTermFaults(terms: readonly { id: string }[], path: (string | number)[]): DocumentFault[] {
  const ids = terms.map(({ id }) => id)
  return ids.flatMap((id, at) =>
    ids.indexOf(id) < at ? [{ path: [...path, at, 'id'], ...editionWords.twice(id) }] : [],
  )
}

/** Whether anything at all lies between the limits of a field. */
function isPossible(field: Field): boolean {
  switch (field.type) {
    case 'text':
      return (field.atLeast ?? 1) <= (field.atMost ?? largestLine)
    case 'number':
      return (field.atLeast ?? -largestNumber) <= (field.atMost ?? largestNumber)
    case 'percent':
      return (field.atLeast ?? 0) <= (field.atMost ?? mostPercent)
    case 'money':
      return field.atMost === undefined || yuanToFen(field.atLeast ?? '0') <= yuanToFen(field.atMost)
    case 'date':
      return field.atMost === undefined || (field.atLeast ?? '') <= field.atMost
    case 'several':
      return (field.atLeast ?? 1) <= (field.atMost ?? field.of.length)
    case 'yesNo':
    case 'one':
    case 'amounts':
    case 'paper':
      return true
  }
}

/** A field is asked by what was entered before it, so that a form is filled in from its first field to its last. */
function findAskingFaults(
  edition: Edition,
  before: readonly Field[],
  { when }: Field,
  path: (string | number)[],
): DocumentFault[] {
  if (when === undefined) return []
  const asked = [...path, 'when']
  const faults = findOwnFaults(edition, when, asked)
  if (faults.length > 0) return faults
  const known = new Set<string>([...commonFields, ...before.map(({ id }) => id)])
  const later = fieldsNamed(edition, when).find((id) => !known.has(id))
  return later === undefined ? [] : [{ path: asked, ...editionWords.laterField(later) }]
}

function findCheckFaults(
  edition: Edition,
  fields: readonly Field[],
  { at: id, require }: Check,
  place: number,
): DocumentFault[] {
  const path = ['checks', place]
  const isKnown = fields.some((field) => field.id === id)
  return [
    ...(isKnown ? [] : [{ path: [...path, 'at'], ...editionWords.noField(id) }]),
    ...findOwnFaults(edition, require, [...path, 'require']),
  ]
}

/** What is wrong with a condition of the form itself, which knows nothing but the application. */
function findOwnFaults(edition: Edition, condition: string, path: (string | number)[]): DocumentFault[] {
  const fault = findConditionFault(edition, condition)
  if (fault) return [{ path, zh: fault.zh, en: fault.en, offset: fault.start }]
  return isOfForm(edition, condition) ? [] : [{ path, ...editionWords.notOfForm() }]
}

/** What a stage needs of the form: a project is completed by the day that was filed. */
function findLacks(edition: Edition): DocumentFault[] {
  const field = fieldFor(edition, 'completion')
  const isAlwaysAsked = field !== undefined && !field.optional && field.when === undefined
  return edition.stages.flatMap((stage, at) =>
    'completion' in stage && stage.completion && !isAlwaysAsked
      ? [{ path: ['stages', at, 'completion'], ...editionWords.noCompletionField() }]
      : [],
  )
}
