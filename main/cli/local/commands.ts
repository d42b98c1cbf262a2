// The commands for mailboxes and local deliveries.
import type { Commands } from '../command.ts';
import { own, ownCommand } from '../load-builtin.ts';

export const localCommands: Commands = {
  bouncesaying: {
    usage: 'bouncesaying error [ program [ arg ... ] ]',
    says: 'Bounces the message, if a program succeeds.',
    runsProgram: true,
    load: own('bouncesaying'),
  },
  condredirect: {
    usage: 'condredirect newaddress program [ arg ... ]',
    says: 'Forwards the message to another address, if a program succeeds.',
    runsProgram: true,
    load: own('condredirect'),
  },
  datemail: {
    usage: 'datemail [ sendmail arguments ]',
    says: 'Sends a message with a Date field in local time.',
    runsProgram: true,
    load: async () => (await import('./datemail.ts')).run,
  },
  elq: {
    usage: 'elq [ arg ... ]',
    says: 'Moves new mail into the mbox, then starts elm.',
    runsProgram: true,
    load: ownCommand(async () => (await import('../../../core/local/programs/mbox-readers.ts')).elq),
  },
  except: {
    usage: 'except program [ arg ... ]',
    says: 'Reverses the exit code of a program.',
    runsProgram: true,
    load: own('except'),
  },
  forward: {
    usage: 'forward address ...',
    says: 'Forwards the message to other addresses.',
    load: own('forward'),
  },
  maildir2mbox: {
    usage: 'maildir2mbox',
    says: 'Moves the messages of a Maildir into an mbox.',
    load: ownCommand(async () => (await import('../../../core/local/programs/maildir2mbox.ts')).maildir2mbox),
  },
  maildirmake: {
    usage: 'maildirmake name',
    says: 'Creates an empty Maildir.',
    load: async () => (await import('./maildirmake.ts')).run,
  },
  maildirwatch: {
    usage: 'maildirwatch',
    says: 'Shows the new messages in a Maildir.',
    load: ownCommand(async () => (await import('../../../core/local/programs/maildirwatch.ts')).maildirwatch),
  },
  mailsubj: {
    usage: 'mailsubj subject recip ...',
    says: 'Sends the text on standard input with a subject.',
    runsProgram: true,
    load: async () => (await import('./mailsubj.ts')).run,
  },
  pinq: {
    usage: 'pinq [ arg ... ]',
    says: 'Moves new mail into the mbox, then starts pine.',
    runsProgram: true,
    load: ownCommand(async () => (await import('../../../core/local/programs/mbox-readers.ts')).pinq),
  },
  predate: {
    usage: 'predate program [ arg ... ]',
    says: 'Adds a Date field on top of a message and gives it to a program.',
    runsProgram: true,
    load: own('predate'),
  },
  preline: {
    usage: 'preline [ -frdFRD ] program [ arg ... ]',
    says: 'Adds From, Return-Path and Delivered-To lines on top of a message and gives it to a program.',
    options: {
      '-f': 'omit the From_ line',
      '-r': 'omit Return-Path',
      '-d': 'omit Delivered-To',
      '-F': 'include the From_ line; the default',
      '-R': 'include Return-Path; the default',
      '-D': 'include Delivered-To; the default',
    },
    runsProgram: true,
    load: own('preline'),
  },
  qail: {
    usage: 'qail [ arg ... ]',
    says: 'Moves new mail into the mbox, then starts Mail.',
    runsProgram: true,
    load: ownCommand(async () => (await import('../../../core/local/programs/mbox-readers.ts')).qail),
  },
  qbiff: {
    usage: 'qbiff',
    says: 'Notifies a logged-in user of new mail.',
    load: own('qbiff'),
  },
  'qmail-local': {
    usage: 'qmail-local [ -nN ] user homedir local dash ext domain sender aliasempty',
    says: 'Delivers the message on standard input to a user according to .qmail files.',
    options: {
      '-n': 'print what would be done, without doing it',
      '-N': 'do it; the default',
    },
    load: async () => (await import('./qmail-local.ts')).run,
  },
  qreceipt: {
    usage: 'qreceipt address',
    says: 'Confirms the delivery to the sender, if the message asks for it.',
    load: own('qreceipt'),
  },
};
