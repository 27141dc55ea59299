import type { Application } from './application.ts'

/**
 * The keys under which a project may be filed once (三（三）): the enterprise with the project's name, and the enterprise
 * with site and period. Names and sites are compared without regard to spaces, width, case and punctuation.
 */
export function duplicateKeys({ uscc, name, site, startOn, completeOn }: Application): string[] {
  return [`${uscc}|name|${normalise(name)}`, `${uscc}|site|${normalise(site)}|${startOn}|${completeOn}`]
}

function normalise(text: string): string {
  const letters = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
  return letters || text
}
