-- How a letter is spoken to whoever takes the call: a list of its title, its language, and the
-- minutes after which it is called again; '' is a text. It goes with the letter's text.
ALTER TABLE letter ADD COLUMN speech TEXT NOT NULL DEFAULT '';
-- Calls that nobody took and that are to be made again, by the time of that. Reasons: congested,
-- busy, no answer. The state is written so that no planner takes the index of all that is silent.
CREATE INDEX message_again ON message (due)
    WHERE state + 0 = 4 AND channel = 1 AND reason IN (39, 40, 41);
