import type { Application, Evidence } from '../edition/application.ts'
import { areSimilar, comparable, comparableCode, roughName } from '../edition/comparable.ts'
import type { End } from '../edition/edition.ts'

/**
 * The keys under which a project may be filed once (三（三）): the enterprise with the project's name, and the enterprise
 * with site and period.
 */
export function duplicateKeysOf({ uscc, name, site, startOn, completeOn }: Application): string[] {
  return [`${uscc}|name|${comparable(name)}`, `${uscc}|site|${comparable(site)}|${startOn}|${completeOn}`]
}

/** The field of the application that a key was made from. */
export function fieldOfKey(key: string): 'application.name' | 'application.site' {
  return key.split('|')[1] === 'site' ? 'application.site' : 'application.name'
}

/** Whether the same project may be filed again, because this one ended without certificate. */
export function mayBeFiledAgain(outcome: End['outcome'] | null): boolean {
  return outcome === 'rejected' || outcome === 'withdrawn' || outcome === 'revoked'
}

/** By what two applications are likely one. */
export const likenesses = ['name', 'site', 'evidence'] as const

/**
 * By what two applications are likely the same project, for the officer who decides: nearly the same name, nearly the same site
 * in the same period, or an invoice or a contract that both claim. Two enterprises are likely about one by such a paper alone.
 */
export function likenessOf(one: Application, other: Application): (typeof likenesses)[number][] {
  const isSamePeriod = one.startOn === other.startOn && one.completeOn === other.completeOn
  const papers = new Set(papersOf(one).map(keyOfPaper))
  const are = {
    name: areSimilar(one.name, other.name),
    site: isSamePeriod && roughName(one.site) === roughName(other.site),
    evidence: papersOf(other).some((paper) => papers.has(keyOfPaper(paper))),
  }
  return one.uscc === other.uscc || are.evidence ? likenesses.filter((likeness) => are[likeness]) : []
}

type Paper = Exclude<Evidence, string>

/** The papers of an application that belong to one project only. */
export function papersOf({ evidence }: Pick<Application, 'evidence'>): Paper[] {
  return evidence.flatMap((paper) =>
    typeof paper === 'object' && ['invoice', 'contract'].includes(paper.kind) ? [paper] : [],
  )
}

function keyOfPaper({ kind, number }: Paper): string {
  return `${kind} ${comparableCode(number)}`
}
