import { z } from 'zod'
import { event, everything } from '../event-row.ts'

/** The applicant has measured itself: the score and the level of GB/T 39116. */
export const selfAssessmentEvents = {
  completeAssessment: event({
    zh: '完成测评',
    en: 'complete assessment',
    payload: () => ({ score: z.number().min(0).max(5), level: z.int().min(0).max(5) }),
    probe: () => ({ score: 0, level: 0 }),
    permission: { who: 'stageRoles', fourEyes: 'files' },
    disclosure: everything,
    buttonGroup: 'work',
  }),
}
