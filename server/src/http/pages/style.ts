/** The look of the pages: the reader's own fonts, light or dark as the browser says. */

/** Around every page. It must not touch what is inside the frame: the reference has a look of its own. */
export const FRAME_STYLE = `:root {
  color-scheme: light dark;
  --text: #1c2128; --muted: #59636e; --back: #ffffff; --raised: #f4f6f8; --line: #d5dbe1; --link: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ec; --muted: #9aa5b1; --back: #14181d; --raised: #1e242b; --line: #353d47; --link: #7cb7ff; }
}
body { margin: 0; color: var(--text); background: var(--back); font: 16px/1.6 system-ui, sans-serif; }
body > header { border-bottom: 1px solid var(--line); background: var(--raised); }
body > header nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; max-width: 76rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
body > header nav a { color: var(--text); text-decoration: none; }
body > header nav a:first-child { font-weight: 600; }
body > header nav a:hover { text-decoration: underline; }
`;

/** Text, tables and examples. */
export const TEXT_STYLE = `* { box-sizing: border-box; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; overflow-wrap: break-word; }
main > p, main > ul, main > ol, main > pre, main > dl { max-width: 60rem; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 0.75rem; }
h1 { font-size: 1.9rem; margin-top: 1rem; }
h2 { font-size: 1.4rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; background: var(--raised); border-radius: 4px; }
code { padding: 0.1em 0.3em; }
pre { padding: 0.75rem 1rem; overflow-x: auto; line-height: 1.45; border: 1px solid var(--line); }
pre code { padding: 0; font-size: 1em; background: none; }
table { display: block; overflow-x: auto; border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.75rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--raised); }
th:empty { padding: 0; border: 0; }
dt { font-weight: 600; margin-top: 0.75rem; }
input, button { font: inherit; padding: 0.3rem 0.6rem; color: var(--text); background: var(--back); border: 1px solid var(--muted); border-radius: 4px; }
form input { width: min(30rem, 70vw); }
mark { background: none; color: var(--text); font-weight: 700; }
dd { margin: 0; color: var(--muted); }
dd a { overflow-wrap: anywhere; }
`;
