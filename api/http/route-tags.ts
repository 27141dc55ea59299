/** What each group of calls is about. */
export const tagNames = {
  eligibility: '认定条件自查',
  editions: '规则',
  calendar: '工作日',
  enterprises: '企业登记',
  projects: '项目申报与办理',
  tasks: '待办',
  supervision: '督办',
  library: '认定入库与查询',
  targets: '目标与完成数',
  inbox: '通知',
  me: '本人与偏好',
  operations: '运行维护',
}

/** The groups of calls. */
export type RouteTag = keyof typeof tagNames
