/** The words for where an officers' task stands. */
export const taskStateLabels = {
  unclaimed: { zh: '待签收', en: 'unclaimed' },
  claimed: { zh: '已签收', en: 'claimed' },
}
