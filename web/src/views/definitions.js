import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { chaptersWith } from "../glossary.js";
import { formatPlural } from "../format.js";
import { useQuery } from "../router.js";
import { Heading } from "./parts/states.js";

/** Every definition on one page; `?term=KEY` leads to one of them, `?q=WORDS` leaves those that have the words. */
export function DefinitionsView() {
  const [query, setQuery] = useQuery();
  const wanted = query.get("term") ?? "";
  const text = query.get("q") ?? "";
  const chapters = chaptersWith(text);
  const search = (/** @type {string} */ words) => setQuery(() => new URLSearchParams(words ? { q: words } : {}));
  return html`
    <${Heading} title="Definitions" />
    <p class="lead">What each number of a report is, the formula behind it, and the file of the project that defines it.</p>
    <p class="minor">T: treatment, C: control, m: mean over units, s²: variance, n: units, v = s² / n, α = 1 − confidence
      level, and of all that decides an experiment with a plan the plan's alpha. In SQL, KEY stands for the experiment.</p>
    <form class="controls" role="search" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
      <label>Search
        <input type="search" name="text" value=${text}
          onInput=${(/** @type {Event} */ e) => search(/** @type {HTMLInputElement} */ (e.currentTarget).value)} />
      </label>
      <span class="minor" role="status">${formatPlural(chapters.reduce((n, { terms }) => n + terms.length, 0), "definition")}</span>
    </form>
    ${chapters.length === 0 && html`<p class="notice">No definition has these words.${" "}
      <button type="button" class="link" onClick=${() => search("")}>Show all</button></p>`}
    ${chapters.map(({ title, terms }) => html`<section key=${title}>
      <h2>${title}</h2>
      <div class="definitions">${terms.map(([key, term]) => html`
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
