// Makes docs/images/alert-mail.png, and the other pictures of mails: scripts/mail-pictures.mjs says how.
await import('./mail-pictures.mjs');
