-- What whoever deletes an order needs.

-- It is looked up by its account no more, whatever becomes of it.
ALTER TABLE ordr ADD COLUMN deleted smallint NOT NULL DEFAULT 0;
