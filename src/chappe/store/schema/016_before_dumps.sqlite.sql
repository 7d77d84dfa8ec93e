-- Whoever has an heir is found by who it is.
DROP INDEX purse_left;
