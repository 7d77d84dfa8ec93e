-- Of a link's reports that no part answers to, the oldest go where there are too many. The link is
-- written otherwise, so that no planner takes this index where one is looked for by its id.
CREATE INDEX parked_of ON parked ((link || ''), at);
