// Commands that other programs call by their own names: a home's bin/ has a link for each.

export const programs = [
  'maildirmake',
  'mailq',
  'newaliases',
  'qmail-inject',
  'qmail-qread',
  'qmail-qstat',
  'qmail-queue',
  'sendmail',
  'tcprules',
  'tcprulescheck',
] as const;
