import type { Words } from '../words/bilingual.ts'
import { inputLabels } from '../words/input-labels.ts'
import type { Field } from './field.ts'
import { formOf, type FormDocument } from './form.ts'

/** What amounts are counted in, behind the name of a field. */
const units: Partial<Record<Field['type'], Words>> = {
  money: { zh: '（元）', en: ' (yuan)' },
  amounts: { zh: '（元）', en: ' (yuan)' },
  percent: { zh: '（%）', en: ' (%)' },
}

/**
 * What a field of the form is called, with its unit: `总投资（元）`; one of its amounts with its term (`投资：设备（元）`), a part of a paper
 * as that of any paper. The path is that below the application; nothing, if the form has no such field.
 */
export function nameInForm(
  edition: FormDocument,
  [id, part, ...deeper]: readonly string[],
): Words | undefined {
  const field = formOf(edition).fields.find((each) => each.id === id)
  if (!field || deeper.length > 0) return undefined
  if (part === undefined) return withUnit(field, field)
  if (field.type === 'paper') return inputLabels[`evidence.${part}`]
  if (field.type !== 'amounts') return undefined
  const { zh, en } = field.of.find((term) => term.id === part) ?? { zh: part, en: part }
  return withUnit(field, { zh: `${field.zh}：${zh}`, en: `${field.en}: ${en}` })
}

function withUnit({ type }: Field, { zh, en }: Words): Words {
  const unit = units[type]
  return unit ? { zh: zh + unit.zh, en: en + unit.en } : { zh, en }
}

/** Where a field stands in the form, between 0 and 1; nothing, if the form does not have it. */
export function placeInForm(edition: FormDocument, id: string): number | undefined {
  const { fields } = formOf(edition)
  const at = fields.findIndex((field) => field.id === id)
  return at < 0 ? undefined : (at + 1) / (fields.length + 1)
}
