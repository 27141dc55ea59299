import type { Application, Evidence, FieldValue } from './application.ts'
import type { Use } from './field.ts'
import { fieldFor, type FormDocument } from './form.ts'

/** What the engine itself reads in an application, in whichever fields the form asks for it. */
export type Plan = {
  site: string | null
  /** Days, `YYYY-MM-DD`. */
  start: string | null
  completion: string | null
  /** In yuan, with two decimals; the parts by the ids of their terms. */
  total: string | null
  parts: Record<string, string>
  /** Ids of terms. */
  effects: string[]
  designations: string[]
  papers: Evidence[]
}

/** What an application says of its project, by the form that it was filed with; null or nothing, where it is not asked. */
export function planOf(edition: FormDocument, application: Application): Plan {
  const valueFor = (use: Use) => {
    const field = fieldFor(edition, use)
    return field && application[field.id]
  }
  return {
    site: textIn(valueFor('site')),
    start: textIn(valueFor('start')),
    completion: textIn(valueFor('completion')),
    total: textIn(valueFor('total')),
    parts: amountsIn(valueFor('parts')),
    effects: textsIn(valueFor('effects')),
    designations: textsIn(valueFor('designations')),
    papers: papersIn(valueFor('papers')),
  }
}

type Value = FieldValue | undefined

function textIn(value: Value): string | null {
  return typeof value === 'string' ? value : null
}

function textsIn(value: Value): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function papersIn(value: Value): Evidence[] {
  const papers = Array.isArray(value) ? value : [value]
  return papers.filter((each) => typeof each === 'string' || isPaper(each))
}

/** Whether a value is a paper with its kind and number. */
export function isPaper(value: Value): value is Exclude<Evidence, string> {
  return typeof value === 'object' && value !== null && 'kind' in value && 'number' in value
}

/** The amounts of a value (yuan), by the ids of their terms; none, if it has none. */
export function amountsIn(value: Value): Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPaper(value) ? value : {}
}
