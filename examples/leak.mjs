// A program with a leak: about 2 MiB a second that is never let go. The arrays are small, so that they fill V8's pages: with
// large ones the heap is full long before as much is in use as its limit says.
const kept = [];
setInterval(() => {
  for (let i = 0; i < 65; i++) kept.push(Array.from({ length: 1000 }, (_, n) => n + 0.5));
}, 250);
