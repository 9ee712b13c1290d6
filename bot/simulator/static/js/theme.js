/** Runs before the page is drawn: takes the theme chosen here earlier, else the system's decides. */

const chosen = localStorage.getItem("theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
