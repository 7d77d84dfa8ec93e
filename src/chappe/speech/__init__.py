"""Speech: what voice messages sound like.

In: a title, a text, a language. Out: a WAV. Promise: nobody waits for it but who wants to hear it,
and none of its code runs in a process that serves. `espeak` is the engine and runs by itself,
`speaking` is the small contract that engines stand behind, `recordings` keeps what was spoken.
"""
