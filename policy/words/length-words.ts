import type { Words } from './bilingual.ts'

/** So many days in the unit of a rule: `5个工作日`, `5 working days`. */
export function lengthWords(days: number, unit: 'workingDays' | 'calendarDays' | null): Words {
  const plural = days === 1 ? '' : 's'
  return unit === 'workingDays'
    ? { zh: `${days}个工作日`, en: `${days} working day${plural}` }
    : { zh: `${days}天`, en: `${days} day${plural}` }
}
