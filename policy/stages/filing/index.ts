import type { StageOf } from '../../edition.ts'
import { amendment, withdrawal, type StageKind } from '../kind.ts'

/** The applicant submits what it has prepared (二（二）企业申请). */
export const filing: StageKind<StageOf<'filing'>> = {
  zh: '申请',
  en: 'filing',
  state: (stage, routes) => ({
    on: { submit: routes.after(stage.id), ...amendment(stage, routes), ...withdrawal(stage, routes) },
  }),
}
