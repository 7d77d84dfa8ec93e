// A phone stays at its newest entry, unless somebody scrolled back to read.
"use strict";
for (const talk of document.querySelectorAll(".talk")) {
  let isAtEnd = true;
  const follow = () => { if (isAtEnd) talk.scrollTop = talk.scrollHeight; };
  talk.addEventListener("scroll", () => {
    isAtEnd = talk.scrollTop + talk.clientHeight >= talk.scrollHeight - 24;
  });
  new MutationObserver(follow).observe(talk, { childList: true, subtree: true });
  follow();
}
