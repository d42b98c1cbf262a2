// The commands about mailboxes and local deliveries.
import type { Commands } from '../command.ts';
import { own, ownCommand } from '../load-own.ts';

export const localCommands: Commands = {
  bouncesaying: {
    usage: 'bouncesaying error [ program [ arg ... ] ]',
    says: 'Bounces the message, if a program says so.',
    runsProgram: true,
    load: own('bouncesaying'),
  },
  condredirect: {
    usage: 'condredirect newaddress program [ arg ... ]',
    says: 'Sends the message elsewhere, if a program says so.',
    runsProgram: true,
    load: own('condredirect'),
  },
  datemail: {
    usage: 'datemail [ sendmail arguments ]',
    says: 'Sends a message with a Date field of local time.',
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
    says: 'Says the opposite of what a program says.',
    runsProgram: true,
    load: own('except'),
  },
  forward: {
    usage: 'forward address ...',
    says: 'Sends the message on to other addresses.',
    load: own('forward'),
  },
  maildir2mbox: {
    usage: 'maildir2mbox',
    says: 'Moves the messages of a Maildir into an mbox.',
    load: ownCommand(async () => (await import('../../../core/local/programs/maildir2mbox.ts')).maildir2mbox),
  },
  maildirmake: {
    usage: 'maildirmake name',
    says: 'Makes an empty Maildir.',
    load: async () => (await import('./maildirmake.ts')).run,
  },
  maildirwatch: {
    usage: 'maildirwatch',
    says: 'Shows what is new in a Maildir.',
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
    says: 'Puts a Date field on top for a program.',
    runsProgram: true,
    load: own('predate'),
  },
  preline: {
    usage: 'preline [ -frdFRD ] program [ arg ... ]',
    says: 'Puts From, Return-Path and Delivered-To lines on top for a program.',
    options: {
      '-f': 'leave the From_ line out',
      '-r': 'leave Return-Path out',
      '-d': 'leave Delivered-To out',
      '-F': 'put the From_ line in; the default',
      '-R': 'put Return-Path in; the default',
      '-D': 'put Delivered-To in; the default',
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
    says: 'Tells the user at the terminal that mail has come.',
    load: own('qbiff'),
  },
  'qmail-local': {
    usage: 'qmail-local [ -nN ] user homedir local dash ext domain sender aliasempty',
    says: 'Delivers the message on standard input to a user, as .qmail files say.',
    options: {
      '-n': 'say what would be done, and do nothing',
      '-N': 'do it; the default',
    },
    load: async () => (await import('./qmail-local.ts')).run,
  },
  qreceipt: {
    usage: 'qreceipt address',
    says: 'Tells the sender that the message was delivered, if it asks for that.',
    load: own('qreceipt'),
  },
};
