-- Which of two addresses and numbers the last rehearsal was about.
alter table drill add column email_which text not null default 'first';
alter table drill add column phone_which text not null default 'first';
