import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { kChapters } from "../glossary.js";
import { useQuery } from "../router.js";
import { Heading } from "./states.js";

/** Every definition on one page; `?term=KEY` leads to one of them. */
export function DefinitionsView() {
  const [query] = useQuery();
  const wanted = query.get("term") ?? "";
  return html`
    <${Heading} title="Definitions" />
    <p class="lead">What each number of a report is, the formula behind it, and the file of the project that defines it.</p>
    <p class="minor">T: treatment, C: control, m: mean over units, s²: variance, n: units, v = s² / n, α = 1 − confidence
      level. In SQL, KEY stands for the experiment.</p>
    ${kChapters.map(({ title, terms }) => html`<section>
      <h2>${title}</h2>
      <div class="definitions">${Object.entries(terms).map(([key, term]) => html`
        <${Definition} key=${key} name=${key} term=${term} wanted=${key === wanted} />`)}</div>
    </section>`)}
  `;
}

/** @param {{name: string, term: import("../glossary.js").Term, wanted: boolean}} props */
function Definition({ name, term: { title, what, formula, sql, sources }, wanted }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (wanted) place.current?.scrollIntoView({ block: "center" });
  }, [wanted]);
  return html`<article class="definition ${wanted ? "wanted" : ""}" ref=${place} data-term=${name}
    aria-current=${wanted ? "true" : undefined}>
    <h3>${title}</h3>
    <p>${what}</p>
    <code class="formula">${formula}</code>
    ${sql && html`<code class="sql">${sql("KEY")}</code>`}
    <p class="minor">From ${sources.join(", ")}</p>
  </article>`;
}
