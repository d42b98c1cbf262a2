// Commands that other programs call by their own names: a home's bin/ has a link for each.

export const programs = [
  'maildirmake',
  'mailq',
  'newaliases',
  'newinclude',
  'printforward',
  'printmaillist',
  'qmail-inject',
  'qmail-qread',
  'qmail-qstat',
  'qmail-queue',
  'sendmail',
  'setforward',
  'setmaillist',
  'tcprules',
  'tcprulescheck',
] as const;
