import type { Application, Evidence } from '../edition/application.ts'
import { areSimilar, comparable, comparableCode, roughName } from '../edition/comparable.ts'
import type { End } from '../edition/edition.ts'
import { fieldFor, type FormDocument } from '../edition/form.ts'
import { planOf } from '../edition/plan.ts'

/**
 * The keys under which a project may be filed once (三（三）): the enterprise with the project's name, and the enterprise
 * with site and period, as far as the form asks for them.
 */
export function duplicateKeysOf(edition: FormDocument, application: Application): string[] {
  const { uscc, name } = application
  const { site, start, completion } = planOf(edition, application)
  const bySite = site === null ? [] : [`${uscc}|site|${comparable(site)}|${start ?? ''}|${completion ?? ''}`]
  return [`${uscc}|name|${comparable(name)}`, ...bySite]
}

/** The field of the application that a key was made from. */
export function fieldOfKey(edition: FormDocument, key: string): string {
  const site = key.split('|')[1] === 'site' ? fieldFor(edition, 'site') : undefined
  return `application.${site?.id ?? 'name'}`
}

/** Whether the same project may be filed again, because this one ended without certificate. */
export function mayBeFiledAgain(outcome: End['outcome'] | null): boolean {
  return outcome === 'rejected' || outcome === 'withdrawn' || outcome === 'revoked'
}

/** An application, with the edition whose form it has. */
export type FiledForm = { edition: FormDocument; application: Application }

/** By what two applications are likely one. */
export const likenesses = ['name', 'site', 'evidence'] as const

/**
 * By what two applications are likely the same project, for the officer who decides: nearly the same name, nearly the same site
 * in the same period, or an invoice or a contract that both claim. Two enterprises are likely about one by such a paper alone.
 */
export function likenessOf(one: FiledForm, other: FiledForm): (typeof likenesses)[number][] {
  const [own, its] = [planOf(one.edition, one.application), planOf(other.edition, other.application)]
  const isSamePeriod = own.start === its.start && own.completion === its.completion
  const papers = new Set(papersOf(one).map(keyOfPaper))
  const are = {
    name: areSimilar(one.application.name, other.application.name),
    site:
      isSamePeriod && own.site !== null && its.site !== null && roughName(own.site) === roughName(its.site),
    evidence: papersOf(other).some((paper) => papers.has(keyOfPaper(paper))),
  }
  const isOfOne = one.application.uscc === other.application.uscc
  return isOfOne || are.evidence ? likenesses.filter((likeness) => are[likeness]) : []
}

type Paper = Exclude<Evidence, string>

/** The papers of an application that belong to one project only. */
export function papersOf({ edition, application }: FiledForm): Paper[] {
  return planOf(edition, application).papers.flatMap((paper) =>
    typeof paper === 'object' && ['invoice', 'contract'].includes(paper.kind) ? [paper] : [],
  )
}

function keyOfPaper({ kind, number }: Paper): string {
  return `${kind} ${comparableCode(number)}`
}
