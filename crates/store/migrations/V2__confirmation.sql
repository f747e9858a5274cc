-- Whoever has the mail sets the password: a registration that waits keeps none.
ALTER TABLE registrations DROP COLUMN password_hash;
