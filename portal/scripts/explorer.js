/* Draws the chart that the page names. Expressions are interpreted, and styles stand in portal.css, so that the page needs no right
   to run or style anything that is not a file of its own. */
const holder = document.getElementById("explorer");
const failed = document.getElementById("explorer-failed");
const options = {
  mode: "vega-lite", ast: true, renderer: "svg", actions: false, defaultStyle: false,
  tooltip: { disableDefaultStyle: true }, bind: "#explorer-fields",
};
fetch(holder.dataset.spec)
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
  .then((spec) => vegaEmbed(holder, spec, options))
  .then(() => { holder.dataset.state = "drawn"; })
  .catch((error) => { failed.hidden = false; holder.dataset.state = "failed"; console.error(error); });
