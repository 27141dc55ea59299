import type { Edition } from './edition.ts'
import type { Check, Field, Form } from './field.ts'

type Vocabulary = NonNullable<Edition['vocabulary']>

/**
 * The form that a `vocabulary` stands for (附件1): the fields that the certification of projects of intelligent transformation
 * asks for, with the terms of the vocabulary, and what must hold between them.
 */
export function longFormOf(vocabulary: Vocabulary): Form {
  return { fields: [...project, ...termed(vocabulary), papers], checks }
}

const project: Field[] = [
  { id: 'site', type: 'text', zh: '建设地点', en: 'site', as: 'site' },
  { id: 'startOn', type: 'date', zh: '开工日期', en: 'start', as: 'start' },
  {
    id: 'completeOn',
    type: 'date',
    zh: '申报的计划完工日期',
    en: 'planned completion, as filed',
    as: 'completion',
  },
  { id: 'totalInvestment', type: 'money', zh: '总投资', en: 'total investment', as: 'total' },
]

const list = { optional: true, atMost: 20 } as const

function termed({ investment, effects, cloudModels, designations }: Vocabulary): Field[] {
  return [
    { id: 'investment', type: 'amounts', of: investment, zh: '投资', en: 'investment', as: 'parts' },
    { id: 'effects', type: 'several', of: effects, ...list, zh: '预期成效', en: 'effects', as: 'effects' },
    {
      id: 'informationSystems',
      type: 'text',
      atMost: 100,
      copies: 50,
      optional: true,
      zh: '信息管理系统',
      en: 'information systems',
    },
    { id: 'cloudModel', type: 'one', of: cloudModels, optional: true, zh: '云服务类型', en: 'kind of cloud' },
    {
      id: 'designations',
      type: 'several',
      of: designations,
      ...list,
      zh: '已获称号',
      en: 'designations',
      as: 'designations',
    },
  ]
}

const papers: Field = {
  id: 'evidence',
  type: 'paper',
  copies: 50,
  optional: true,
  zh: '佐证材料',
  en: 'evidence',
  as: 'papers',
}

const checks: Check[] = [
  {
    at: 'completeOn',
    require: 'application.startOn <= application.completeOn',
    zh: '不得早于开工日期（startOn）',
    en: 'must not be before the start (startOn)',
  },
  {
    at: 'totalInvestment',
    require: 'sum(application.investment) <= application.totalInvestment',
    zh: '不得少于各项投资之和',
    en: 'must not be less than the sum of the kinds of investment',
  },
]
