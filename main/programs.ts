// Commands that other programs call by their own names: a home's bin/ has a link for each.

export const programs = [
  'maildirmake',
  'mailq',
  'newaliases',
  'newinclude',
  'printforward',
  'printmaillist',
  'qmail-getpw',
  'qmail-inject',
  'qmail-newmrh',
  'qmail-newu',
  'qmail-pw2u',
  'qmail-qread',
  'qmail-qstat',
  'qmail-queue',
  'sendmail',
  'setforward',
  'setmaillist',
  'tcprules',
  'tcprulescheck',
] as const;
