// The commands about mailboxes and local deliveries.
import type { Commands } from '../command.ts';
import { own } from '../load-own.ts';

export const localCommands: Commands = {
  bouncesaying: {
    usage: 'bouncesaying error [ program [ arg ... ] ]',
    says: 'Bounces the message, if a program says so.',
    load: own('bouncesaying'),
  },
  condredirect: {
    usage: 'condredirect newaddress program [ arg ... ]',
    says: 'Sends the message elsewhere, if a program says so.',
    load: own('condredirect'),
  },
  except: {
    usage: 'except program [ arg ... ]',
    says: 'Says the opposite of what a program says.',
    load: own('except'),
  },
  forward: {
    usage: 'forward address ...',
    says: 'Sends the message on to other addresses.',
    load: own('forward'),
  },
  maildirmake: {
    usage: 'maildirmake name',
    says: 'Makes an empty Maildir.',
    load: async () => (await import('./maildirmake.ts')).run,
  },
  predate: {
    usage: 'predate program [ arg ... ]',
    says: 'Puts a Date field on top for a program.',
    load: own('predate'),
  },
  preline: {
    usage: 'preline [ -frdFRD ] program [ arg ... ]',
    says: 'Puts From, Return-Path and Delivered-To lines on top for a program.',
    load: own('preline'),
  },
  qbiff: {
    usage: 'qbiff',
    says: 'Tells the user at the terminal that mail has come.',
    load: own('qbiff'),
  },
  'qmail-local': {
    usage: 'qmail-local [ -nN ] user homedir local dash ext domain sender aliasempty',
    says: 'Delivers the message on standard input to a user, as .qmail files say.',
    load: async () => (await import('./qmail-local.ts')).run,
  },
  qreceipt: {
    usage: 'qreceipt address',
    says: 'Tells the sender that the message was delivered, if it asks for that.',
    load: own('qreceipt'),
  },
};
