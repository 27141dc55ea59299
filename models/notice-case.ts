import type { NoticeCase } from '../policy/notices/notice.ts'
import type { ProjectRecord } from './projects.ts'

/** The fields of a project that notices about it are put into words by. */
export const noticeCaseFields = {
  editionHash: 1,
  certificate: 1,
  'state.case.application': 1,
  'state.case.enterprise': 1,
} as const

/** A project with these fields. */
export type NoticeCaseRecord = Pick<ProjectRecord, '_id' | 'editionHash' | 'certificate' | 'state'>

/** What notices say of a project. */
export function noticeCaseOf({
  _id,
  certificate,
  state,
}: Pick<NoticeCaseRecord, '_id' | 'certificate' | 'state'>): NoticeCase {
  const { application, enterprise } = state.case
  const { name, district, uscc } = application
  return { project: _id, name, enterprise: enterprise.name, uscc, district, certificate }
}

/** What notices say of a project that is not on record. */
export function unknownCase(project: string): NoticeCase {
  return { project, name: project, enterprise: '', uscc: '', district: '', certificate: null }
}
