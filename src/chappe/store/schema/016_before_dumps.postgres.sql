-- Whoever has an heir is found by who it is. With that no index knows a balance, and a change of
-- one writes no entry of an index as long as there is room beside the row.
DROP INDEX purse_left;
ALTER TABLE purse SET (fillfactor = 20);
