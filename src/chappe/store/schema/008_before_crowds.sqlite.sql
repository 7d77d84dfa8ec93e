-- Of a link's reports that no part answers to, the oldest go where there are too many.
CREATE INDEX parked_of ON parked (link, at);
