// Reads every pattern of the document (JSON on standard input) as Swagger UI does and as ajv does.
// Prints those that JavaScript refuses, and those of slugs that refuse a slug.
let text = "";
for await (const part of process.stdin) text += part;

function* found(node, place) {
  for (const [name, inner] of Object.entries(node ?? {})) {
    if (name === "pattern" && typeof inner === "string") yield [place, inner];
    else if (typeof inner === "object") yield* found(inner, `${place}/${name}`);
  }
}

const wrong = [];
let count = 0;
for (const [place, pattern] of found(JSON.parse(text), "")) {
  count += 1;
  for (const flags of ["", "u"]) {
    try {
      const read = new RegExp(pattern, flags);
      if (place.endsWith("/slug") && !["émile-zola", "日本-文学", "a_1"].every((slug) => read.test(slug)))
        wrong.push(`${place}: ${pattern} (${flags}) refuses a slug`);
    } catch (error) {
      wrong.push(`${place}: ${error.message}`);
    }
  }
}
console.log(JSON.stringify({ count, wrong }));
