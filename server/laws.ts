import { existsSync } from 'node:fs'
import type { Edition } from '../policy/edition/edition.ts'
import { findLawFaults } from '../policy/edition/law-faults.ts'
import { readLaw, type Law } from '../policy/edition/law.ts'
import { refuseDocument } from '../policy/edition/read-document.ts'
import { readTextFile } from './text-file.ts'
import { UserError } from './user-error.ts'

/** Where the law of an edition stands: beside its document, `NAME.law.yaml` by `NAME.yaml`. */
export function lawPathOf(editionPath: string): string {
  return editionPath.replace(/(?:\.ya?ml)?$/, '.law.yaml')
}

/**
 * Reads the law beside the document of an edition; nothing, if there is none. Throws a `DocumentError` for what is wrong with it by
 * itself, and a `UserError` that names, with file, line and column, everything that does not fit between the two.
 */
export function readLawBeside(editionPath: string, edition: Edition): Law | undefined {
  const lawPath = lawPathOf(editionPath)
  if (!existsSync(lawPath)) return undefined
  const law = readLaw(readTextFile(lawPath), lawPath)
  const faults = findLawFaults(edition, law)
  const refusals = [
    { path: editionPath, faults: faults.edition },
    { path: lawPath, faults: faults.law },
  ].flatMap((each) =>
    each.faults.length > 0 ? [refuseDocument(readTextFile(each.path), each.path, each.faults)] : [],
  )
  if (refusals.length > 0) throw new UserError(refusals.map(({ message }) => message).join('\n'))
  return law
}
